// What only the database knows: studies and orders by status, steps by state, what waits; one look at it for each scrape.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Metrics } from "@thalamus/sdk";
import type { PoolSight } from "../database/database.ts";
import { CoreMetrics, OPEN_STATES } from "./core-metrics.ts";

/** Steps that are through are not read: there may be millions. */
const OPEN_STEPS = `
select target, state, count(*)::int as n,
    count(*) filter (where state = 'ready' and coalesce(not_before, created_at) <= now())::int as due,
    coalesce(extract(epoch from now() - min(coalesce(not_before, created_at)) filter (where state = 'ready')), 0)::float
      as oldest,
    count(*) filter (where sent_at is not null and state in ('ready', 'claimed', 'acting'))::int as sent
  from step where state in (${OPEN_STATES.map((state) => `'${state}'`).join(", ")}) group by target, state`;
const ORDERS = "select status, count(*)::int as n from product_order group by status";
const STUDIES = "select status, count(*)::int as n from study group by status";

interface OpenSteps {
  readonly target: string;
  readonly state: string;
  readonly n: number;
  readonly due: number;
  readonly oldest: number;
  readonly sent: number;
}

interface ByStatus {
  readonly status: string;
  readonly n: number;
}

interface Sight {
  readonly studies: readonly ByStatus[];
  readonly orders: readonly ByStatus[];
  readonly steps: readonly OpenSteps[];
}

/** Several gauges of one scrape share what was read this short a time ago. */
const FRESH_MS = 1000;

export function readDatabase(metrics: Metrics, orm: MikroORM, pool: () => PoolSight): void {
  let last: { readonly at: number; readonly sight: Promise<Sight> } | undefined;
  const look = (): Promise<Sight> => {
    if (!last || Date.now() - last.at > FRESH_MS) last = { at: Date.now(), sight: lookAt(orm) };
    return last.sight;
  };
  metrics.read(CoreMetrics.databaseUp, () =>
    look().then(
      () => [{ labels: {}, value: 1 }],
      () => [{ labels: {}, value: 0 }],
    ),
  );
  metrics.read(CoreMetrics.studies, async () =>
    (await look()).studies.map(({ status, n }) => ({ labels: { status }, value: n })),
  );
  metrics.read(CoreMetrics.orders, async () =>
    (await look()).orders.map(({ status, n }) => ({ labels: { status }, value: n })),
  );
  metrics.read(CoreMetrics.steps, async () =>
    (await look()).steps.map(({ target, state, n }) => ({ labels: { target, state }, value: n })),
  );
  metrics.read(CoreMetrics.inCloud, async () => {
    const targets = Map.groupBy((await look()).steps, ({ target }) => target);
    return [...targets].flatMap(([target, steps]) => {
      const value = steps.reduce((sum, { sent }) => sum + sent, 0);
      return value > 0 ? [{ labels: { target }, value }] : [];
    });
  });
  const ready = async () => (await look()).steps.filter(({ state }) => state === "ready");
  metrics.read(CoreMetrics.queueDepth, async () =>
    (await ready()).map(({ target, due }) => ({ labels: { target }, value: due })),
  );
  metrics.read(CoreMetrics.queueOldest, async () =>
    (await ready()).map(({ target, oldest }) => ({ labels: { target }, value: Math.max(0, oldest) })),
  );
  metrics.read(CoreMetrics.databaseConnections, () =>
    Object.entries(pool()).map(([state, value]) => ({ labels: { state }, value })),
  );
}

async function lookAt(orm: MikroORM): Promise<Sight> {
  const em = orm.em.fork();
  return {
    studies: await em.execute(STUDIES),
    orders: await em.execute(ORDERS),
    steps: await em.execute(OPEN_STEPS),
  };
}
