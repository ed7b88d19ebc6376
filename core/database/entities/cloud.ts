// What a hub knows of its clouds: what it told each of them about itself, and orders there that others placed.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const CloudAgent = defineEntity({
  name: "CloudAgent",
  tableName: "cloud_agent",
  properties: {
    /** Name of the plugin entry. */
    target: p.string().primary(),
    /** Who this site is to that cloud, for ever; another cloud knows it by another one. */
    agentId: p.uuid(),
    lastAt: p.datetime(6).nullable(),
    lastOk: p.boolean().nullable(),
    /** Why it was not taken. */
    lastMessage: p.text().nullable(),
    /** Word for word. */
    lastSent: p.json<unknown>().nullable(),
  },
});

export type CloudAgentRow = InferEntity<typeof CloudAgent>;

/** One result of an order that this hub did not place; nothing of whose it is. */
export const ExternalOrder = defineEntity({
  name: "ExternalOrder",
  tableName: "external_order",
  uniques: [{ properties: ["target", "remoteId", "product", "kind"] }],
  indexes: [{ properties: ["updatedAt"] }],
  properties: {
    id: p.uuid().primary(),
    target: p.string(),
    remoteId: p.string().length(128),
    kind: p.enum(["diagnostic", "failure"] as const),
    product: p.string().length(100),
    reportTypes: p.array(),
    batch: p.text().nullable(),
    createdAt: p.datetime(6),
    updatedAt: p.datetime(6),
  },
});

export type ExternalOrderRow = InferEntity<typeof ExternalOrder>;
