// The pool survives any number of servers that go away in the middle of a transaction.
import pg from "pg";
import { expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "./database.ts";

/** More than the pool has connections. */
const OUTAGES = 40;
const ALL_OTHERS =
  "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

test("a connection that breaks in a transaction does not cost the pool a slot", async () => {
  const url = await freshDatabase();
  const orm = await connect(url);
  const killer = new pg.Client(url);
  await killer.connect();
  for (let outage = 0; outage < OUTAGES; outage += 1) {
    const cutOff = orm.em.fork().transactional(async (em) => {
      await em.execute("select 1");
      await killer.query(ALL_OTHERS);
      await em.execute("select 1");
    });
    await expect(cutOff).rejects.toThrow();
  }
  expect(await orm.em.fork().execute("select 1 as n")).toEqual([{ n: 1 }]);
  await killer.end();
  await orm.close();
}, 30_000);
