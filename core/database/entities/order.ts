// An order: one study to be run through one product.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import { ORDER_STATUSES } from "../../studies/transitions.ts";
import { Study } from "./study.ts";

export const Order = defineEntity({
  name: "Order",
  // "order" is a reserved word of SQL
  tableName: "product_order",
  indexes: [{ properties: ["study"] }, { properties: ["product", "study"] }],
  properties: {
    id: p.uuid().primary(),
    study: () => p.manyToOne(Study).deleteRule("cascade"),
    revision: p.integer(),
    product: p.string(),
    params: p.json<Record<string, unknown>>().defaultRaw("'{}'::jsonb"),
    status: p.enum(ORDER_STATUSES).default("queued"),
    /** Account that ordered it by hand; null: the route or whoever sent the study did. */
    orderedBy: p.uuid().nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    updatedAt: p.datetime(6).defaultRaw("now()"),
  },
});

export type OrderRow = InferEntity<typeof Order>;
