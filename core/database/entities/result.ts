// What came back for an order, and the files it came in.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { ResultIndex } from "@thalamus/sdk";
import { Order } from "./order.ts";

export const Result = defineEntity({
  name: "Result",
  tableName: "result",
  indexes: [
    { properties: ["order"] },
    // pages of the list and their totals are read from this alone
    {
      name: "result_list_index",
      properties: ["createdAt", "id"],
      include: ["kind", "productId", "order"],
    },
  ],
  properties: {
    id: p.uuid().primary(),
    order: () => p.manyToOne(Order).deleteRule("cascade"),
    kind: p.enum(["diagnostic", "failure"] as const),
    productId: p.string(),
    productVersion: p.string(),
    indexes: p.json<ResultIndex[]>().defaultRaw("'[]'::jsonb"),
    warnings: p.json<string[]>().defaultRaw("'[]'::jsonb"),
    error: p.json<{ code: string; message: string }>().nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
  },
});

export const Artifact = defineEntity({
  name: "Artifact",
  tableName: "artifact",
  uniques: [{ properties: ["result", "name"] }],
  properties: {
    id: p.bigint("bigint").primary().autoincrement(),
    result: () => p.manyToOne(Result).deleteRule("cascade"),
    name: p.string(),
    mediaType: p.string(),
    bytes: p.bigint("number"),
    sha256: p.character().length(64),
    /** Relative to the tree of results. */
    path: p.text(),
  },
});

export type ResultRow = InferEntity<typeof Result>;
export type ArtifactRow = InferEntity<typeof Artifact>;
