// A dry run of a check over past studies: how far it is and what it found, for whichever hub is asked.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { CheckDifference, StudyDifference } from "../../quality/dry-run-difference.ts";

export const DRY_RUN_STATES = ["running", "done", "cancelled", "failed"] as const;

export const DryRun = defineEntity({
  name: "DryRun",
  tableName: "dry_run",
  properties: {
    id: p.uuid().primary(),
    /** The hub that runs it. */
    hubId: p.uuid(),
    /** Name of the plugin entry. */
    plugin: p.string().length(100),
    state: p.enum(DRY_RUN_STATES),
    startedAt: p.datetime(6),
    endedAt: p.datetime(6).nullable(),
    total: p.integer(),
    done: p.integer(),
    unreadable: p.integer(),
    checks: p.json<readonly CheckDifference[]>(),
    studies: p.json<readonly StudyDifference[]>(),
    /** Another hub was asked to end it. */
    cancelWanted: p.boolean().default(false),
  },
});

export type DryRunRow = InferEntity<typeof DryRun>;
