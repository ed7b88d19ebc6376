// One throw-away PostgreSQL for the whole run, with a migrated template that every test copies.
import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { connect, migrate } from "../../core/database/database.ts";
import { startEmbeddedPostgres } from "../../core/database/embedded-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** An address with the right to create databases. */
    adminUrl: string;
  }
}

export const TEMPLATE = "thalamus_template";

/** `TEST_DATABASE_URL` runs the same tests on a server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // workers and the programs they start compile the same files again and again
  process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "node-compile-cache");
  const given = process.env["TEST_DATABASE_URL"];
  const { url, stop } = given ? { url: given, stop: async () => undefined } : await throwaway();
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`drop database if exists ${TEMPLATE}`);
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  const orm = await connect(template.href);
  await migrate(orm);
  await orm.close();
  project.provide("adminUrl", url);
  return stop;
}

async function throwaway(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-test-"));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres(join(folder, "postgres"), { throwaway: true });
  const stop = async () => {
    await server.stop();
    // hundreds of databases, many thousands of files: meanwhile Vitest has to hear that its workers have ended
    await rm(folder, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}
