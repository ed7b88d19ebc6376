// What a heartbeat says: what its site has switched on, of this hub and never of anybody's study.
import { existsSync } from "node:fs";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { HeartbeatPlan } from "@thalamus/sdk";
import type { Heartbeat } from "@thalamus/sdk/cloud";
import type { PluginReport } from "../plugins/plugin-registry.ts";
import type { MachineSight } from "./machine-sight.ts";

export interface ContentParts {
  readonly orm: MikroORM;
  readonly version: string;
  readonly startedAt: Date;
  readonly plugins: () => readonly PluginReport[];
  readonly machine: Pick<MachineSight, "look">;
}

/** */
export async function heartbeatContent(
  parts: ContentParts,
  agentId: string,
  plan: HeartbeatPlan,
): Promise<Heartbeat> {
  const { version, startedAt } = parts;
  return {
    agent_id: agentId,
    sent_at: new Date().toISOString(),
    interval_seconds: plan.everyMinutes * 60,
    // the schema's union of literals has no static type
    runtime: { type: runtimeType() as never, version, started_at: startedAt.toISOString() },
    ...(plan.machine ? { machine: await parts.machine.look() } : {}),
    ...(plan.orders ? { orders: await ordersOf(parts.orm) } : {}),
    ...(plan.health ? { health: await healthOf(parts) } : {}),
  };
}

export function runtimeType(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): "native" | "docker" | "kubernetes" {
  if (environment["KUBERNETES_SERVICE_HOST"] !== undefined) return "kubernetes";
  return existsSync("/.dockerenv") ? "docker" : "native";
}

async function ordersOf(orm: MikroORM): Promise<NonNullable<Heartbeat["orders"]>> {
  const [counts] = await orm.em.fork().execute<NonNullable<Heartbeat["orders"]>[]>(
    `select count(*) filter (where status in ('processed', 'delivered', 'undelivered'))::int as processed,
            count(*) filter (where status in ('failed', 'unknown'))::int as failed,
            count(*) filter (where status = 'processing')::int as in_progress,
            count(*) filter (where status = 'queued')::int as waiting
       from product_order`,
  );
  return counts ?? { processed: 0, failed: 0, in_progress: 0, waiting: 0 };
}

/** Services by what they are, not by the names a site gave them: those may tell where it is. */
async function healthOf({
  orm,
  plugins,
  startedAt,
}: ContentParts): Promise<NonNullable<Heartbeat["health"]>> {
  const database = await orm.em
    .fork()
    .execute("select 1")
    .then(
      () => true,
      () => false,
    );
  const uptime = Math.max(0, Math.floor((Date.now() - startedAt.getTime()) / 1000));
  const states = Map.groupBy(plugins(), ({ plugin }) => plugin);
  const services = [...states].map(([name, reports]) => {
    const ok = reports.every(({ state }) => state === "running");
    return { name, ok, uptime_seconds: ok ? uptime : 0 };
  });
  return { healthy: database && services.every(({ ok }) => ok), database, services };
}
