// One line of the append-only audit trail, for people and auditors; nothing reads it as a queue.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const JournalEntry = defineEntity({
  name: "JournalEntry",
  tableName: "journal",
  indexes: [
    { properties: ["studyId", "id"] },
    { properties: ["at"] },
    // most lines are the hub's own; auditors ask for the few of people
    { name: "journal_people_index", properties: ["id"], where: "actor <> 'hub'" },
    { name: "journal_actor_index", properties: ["actor", "id"], where: "actor <> 'hub'" },
  ],
  properties: {
    id: p.bigint("bigint").primary().autoincrement(),
    at: p.datetime(6).defaultRaw("clock_timestamp()"),
    /** Past tense, dotted: `study.stable`. */
    event: p.string(),
    /** `hub`, or the account that acted. */
    actor: p.string().default("hub"),
    studyId: p.uuid().nullable(),
    stepId: p.uuid().nullable(),
    /** Of the request by which somebody acted. */
    address: p.string().nullable(),
    /** Codes, counts and ids; never PHI. */
    detail: p.json<Record<string, unknown>>().defaultRaw("'{}'::jsonb"),
  },
});

export type JournalRow = InferEntity<typeof JournalEntry>;
