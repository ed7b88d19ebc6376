// How busy a machine was: a point for every minute, and thinner ones for what is further back.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const POINT_SPANS = ["minute", "quarter-hour"] as const;

export const MetricPoint = defineEntity({
  name: "MetricPoint",
  tableName: "metric_point",
  properties: {
    /** The machine; hubs on one machine share its points. */
    host: p.string().primary(),
    span: p.enum(POINT_SPANS).primary(),
    /** Begin of the span. */
    at: p.datetime(0).primary(),
    /** In percent; null where the machine does not tell. */
    cpu: p.float().nullable(),
    memory: p.float().nullable(),
    swap: p.float().nullable(),
    disk: p.float().nullable(),
    diskFreeBytes: p.bigint("number"),
    /** Steps that could begin and wait for a free hand, over all hubs of the database. */
    queue: p.integer(),
  },
});

export type MetricPointRow = InferEntity<typeof MetricPoint>;
