// A hub process that runs or ran on this database; whether it lives is told by its advisory lock.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const HubProcess = defineEntity({
  name: "HubProcess",
  tableName: "hub_process",
  properties: {
    id: p.uuid().primary(),
    host: p.string(),
    pid: p.integer(),
    version: p.string(),
    startedAt: p.datetime(6).defaultRaw("now()"),
    endedAt: p.datetime(6).nullable(),
    /** Every instance row of this hub with an id up to this one has its file on the disk. */
    flushedRow: p.bigint("number").default(0),
  },
});

export type HubProcessRow = InferEntity<typeof HubProcess>;
