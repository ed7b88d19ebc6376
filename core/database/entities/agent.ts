// An edge hub as the cloud knows it: by the last sign of life that it gave.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Heartbeat } from "@thalamus/sdk/cloud";
import { Organisation } from "./organisation.ts";

export const Agent = defineEntity({
  name: "Agent",
  tableName: "agent",
  uniques: [{ properties: ["organisation", "agentId"] }],
  properties: {
    id: p.uuid().primary(),
    organisation: () => p.manyToOne(Organisation).deleteRule("cascade"),
    /** As the hub calls itself; two organisations may have one of the same id. */
    agentId: p.uuid(),
    /** Given here, by a person; empty: none. */
    name: p.string().length(100).default(""),
    /** The last one, as it came. */
    heartbeat: p.json<Heartbeat>(),
    receivedAt: p.datetime(6),
    /** Without another heartbeat until then it counts as silent. */
    silentAt: p.datetime(6),
    firstSeenAt: p.datetime(6).defaultRaw("now()"),
  },
});

export type AgentRow = InferEntity<typeof Agent>;
