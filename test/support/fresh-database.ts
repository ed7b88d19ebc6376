// A migrated database of its own for each caller, copied from the template.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { TEMPLATE } from "./postgres-for-tests.ts";

export async function freshDatabase(): Promise<string> {
  const admin = inject("adminUrl");
  const name = `t_${randomUUID().replaceAll("-", "")}`;
  const client = new pg.Client(admin);
  await client.connect();
  // two copies at once would disturb each other
  await client.query("select pg_advisory_lock(7399)");
  await client.query(`create database ${name} template ${TEMPLATE}`);
  await client.end();
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}
