// Work that comes again by the clock: once for all hubs of a database.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** How the last run ended. */
export interface ChoreEnd {
  readonly ok: boolean;
  /** What was done, in numbers. */
  readonly counts: Readonly<Record<string, number>>;
  /** Name of the error when it is not ok; the log has more. */
  readonly error?: string;
}

export const Chore = defineEntity({
  name: "Chore",
  tableName: "chore",
  properties: {
    name: p.string().length(64).primary(),
    schedule: p.string().length(200),
    nextRunAt: p.datetime(6),
    /** The hub that does it now. */
    hubId: p.uuid().nullable(),
    startedAt: p.datetime(6).nullable(),
    endedAt: p.datetime(6).nullable(),
    lastEnd: p.json<ChoreEnd>().nullable(),
  },
});

export type ChoreRow = InferEntity<typeof Chore>;
