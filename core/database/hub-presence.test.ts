// Hubs see each other live and die by their locks.

import pg from "pg";
import { firstValueFrom } from "rxjs";
import { expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { HubPresence } from "./hub-presence.ts";

test("a hub that lives is not taken for dead, one that ended is", async () => {
  const url = await freshDatabase();
  const first = await HubPresence.open(url, [], "1");
  const second = await HubPresence.open(url, [], "1");
  expect(await first.deadAmong([second.id, first.id])).toEqual([]);
  await second.close();
  expect(await first.deadAmong([second.id])).toEqual([second.id]);
  await first.close();
});

test("a hub whose connection was cut comes back, holds its lock again and tells that it missed something", async () => {
  const url = await freshDatabase();
  const presence = await HubPresence.open(url, ["news"], "1");
  const back = firstValueFrom(presence.reconnected$);
  const other = new pg.Client(url);
  await other.connect();
  await other.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await back;
  const heard = firstValueFrom(presence.notifications$);
  await other.query("notify news, 'hello'");
  expect(await heard).toEqual({ channel: "news", payload: "hello" });
  const watcher = await HubPresence.open(url, [], "1");
  expect(await watcher.deadAmong([presence.id])).toEqual([]);
  await other.end();
  await watcher.close();
  await presence.close();
});
