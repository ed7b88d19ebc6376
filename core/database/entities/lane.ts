// A destination whose deliveries a person has stopped for a while; one without a row runs.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const Lane = defineEntity({
  name: "Lane",
  tableName: "lane",
  properties: {
    /** Name of the plugin entry. */
    target: p.string().length(64).primary(),
    suspendedAt: p.datetime(6).defaultRaw("now()"),
    suspendedBy: p.string(),
    reason: p.text().default(""),
  },
});

export type LaneRow = InferEntity<typeof Lane>;
