// What monitoring wants to know of the desk: orders by status, and uploads that wait for parts.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Metrics } from "@thalamus/sdk";
import { CloudUpload } from "../database/entities/cloud-order.ts";
import { CoreMetrics } from "../observe/core-metrics.ts";

const ORDERS = "select status, count(*)::int as n from cloud_order group by status";

export function readDesk(metrics: Metrics, orm: MikroORM): void {
  metrics.counter(CoreMetrics.cloudUploadBytes);
  metrics.read(CoreMetrics.cloudOrders, async () => {
    const rows = await orm.em.fork().execute<{ status: string; n: number }[]>(ORDERS);
    return rows.map(({ status, n }) => ({ labels: { status }, value: n }));
  });
  metrics.read(CoreMetrics.cloudUploads, async () => [
    { labels: {}, value: await orm.em.fork().count(CloudUpload, { state: "open" }) },
  ]);
}
