// How much of everything there is in the database: numbers by state, and nothing else.
import type { MikroORM } from "@mikro-orm/postgresql";

const COUNTS: Readonly<Record<string, string>> = {
  studies: "select status as key, count(*)::int as n from study group by status",
  orders: "select status as key, count(*)::int as n from product_order group by status",
  steps: "select target || ' ' || state as key, count(*)::int as n from step group by target, state",
  results: "select kind as key, count(*)::int as n from result group by kind",
  uploads: "select state as key, count(*)::int as n from upload group by state",
  receipts:
    "select target || ' ' || outcome as key, count(*)::int as n from receipt group by target, outcome",
  notices: "select event || ' ' || state as key, count(*)::int as n from notice group by event, state",
  journalOfWeek:
    "select event as key, count(*)::int as n from journal where at > now() - interval '7 days' group by event",
  tableBytes:
    "select relname as key, pg_total_relation_size(relid)::float as n from pg_stat_user_tables order by 2 desc limit 60",
  migrations: "select 'applied' as key, count(*)::int as n from hub_migrations",
};

export async function databaseCounts(orm: MikroORM): Promise<Record<string, Record<string, number>>> {
  const em = orm.em.fork();
  const found: Record<string, Record<string, number>> = {};
  for (const [name, sql] of Object.entries(COUNTS)) {
    const rows = await em.execute<{ key: string; n: number }[]>(sql);
    found[name] = Object.fromEntries(rows.map(({ key, n }) => [key, n]));
  }
  return found;
}
