// One run: a hub finds thousands of deliveries that wait, and every living destination is timed.
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { stringify } from "yaml";
import { connect, migrate } from "../../../core/database/database.ts";
import type { KillablePostgres } from "../../crash/kit/killable-postgres.ts";
import { queueDeliveries } from "../../support/queued-deliveries.ts";
import { cpuOfTree, peakMemory } from "../kit/process-tree.ts";
import { ServerProcess } from "../kit/server-process.ts";
import { type BadName, Destinations, LIVING, type LivingName } from "./living-destinations.ts";

const MAIN = resolve(import.meta.dirname, "../../../core/main.ts");
const LOOK_MS = 20;
const STUCK_MS = 120_000;

/** What stands beside the four that live. */
export type Fifth = "none" | BadName;

export interface DeliveryRun {
  readonly fifth: Fifth;
  readonly results: number;
  /** From the first arrival anywhere to the last one at this destination. */
  readonly seconds: Readonly<Record<LivingName, number>>;
  /** Of the hub's own process, for 1,000 deliveries that arrived. */
  readonly cpuPer1000: number;
  /** The most memory the hub's own process had, in bytes (VmHWM). */
  readonly peakMemory: number;
  readonly failure?: string;
}

export interface DeliveryPlace {
  readonly folder: string;
  readonly postgres: KillablePostgres;
  readonly results: number;
  readonly reportBytes: number;
  readonly profileFolder: string | undefined;
}

export async function measureDeliveries(place: DeliveryPlace, fifth: Fifth): Promise<DeliveryRun> {
  const { results, reportBytes } = place;
  const folder = join(place.folder, randomUUID());
  mkdirSync(folder);
  const url = await newDatabase(place.postgres);
  await using destinations = await Destinations.start();
  const targets = fifth === "none" ? [...LIVING] : [...LIVING, fifth];
  const orm = await connect(url);
  await migrate(orm);
  const resultsTree = join(folder, "data/files/results");
  await queueDeliveries(orm, { resultsTree, results, targets, reportBytes });
  await orm.close();
  await using hub = startHub(folder, url, destinations, targets, place.profileFolder);
  await hub.firstLine();
  // starting takes seconds of its own
  const started = cpuOfTree(hub.pid).main;
  const seconds = await timed(destinations, results);
  const cpu = cpuOfTree(hub.pid).main - started;
  const memory = peakMemory(hub.pid);
  const missing = LIVING.filter((name) => destinations.arrived(name) !== results);
  return {
    ...{
      fifth,
      results,
      seconds,
      cpuPer1000: (cpu / (results * LIVING.length)) * 1000,
      peakMemory: memory,
    },
    ...(missing.length > 0 ? { failure: `not once each at ${missing.join(", ")}` } : {}),
  };
}

async function timed(destinations: Destinations, results: number): Promise<Record<LivingName, number>> {
  const seconds: Partial<Record<LivingName, number>> = {};
  let [first, last, sum] = [0, performance.now(), 0];
  while (LIVING.some((name) => seconds[name] === undefined)) {
    await pause(LOOK_MS);
    const now = performance.now();
    const arrived = LIVING.map((name) => destinations.arrived(name));
    const all = arrived.reduce((a, b) => a + b, 0);
    if (all > 0 && first === 0) first = now;
    if (all > sum) [sum, last] = [all, now];
    if (now - last > STUCK_MS)
      throw new Error(`nothing arrives any more: ${arrived.join(", ")} of ${results}`);
    for (const [at, name] of LIVING.entries())
      if (arrived[at]! >= results) seconds[name] ??= (now - first) / 1000;
  }
  return seconds as Record<LivingName, number>;
}

function startHub(
  folder: string,
  url: string,
  destinations: Destinations,
  targets: readonly string[],
  profileFolder: string | undefined,
): ServerProcess {
  const configFile = join(folder, "hub.yaml");
  const plugins = (destinations.entries() as { name: string }[]).filter(({ name }) => targets.includes(name));
  const http = { host: "127.0.0.1", port: 0 };
  const intake = { keepFreeMegabytes: 10, warnFreeMegabytes: 10 };
  writeFileSync(
    configFile,
    stringify({ dataFolder: join(folder, "data"), http, plugins, route: { deliver: targets }, intake }),
  );
  if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true });
  const profile =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profileFolder)}`];
  return new ServerProcess({
    program: process.execPath,
    arguments: [...profile, MAIN, configFile, "--json"],
    environment: { HOME: folder, DATABASE_URL: url, THALAMUS_ADMIN_PASSWORD: "correct-horse-battery" },
  });
}

async function newDatabase(postgres: KillablePostgres): Promise<string> {
  const name = `bench_${randomUUID().replaceAll("-", "")}`;
  const client = new pg.Client(postgres.urlOf("postgres"));
  await client.connect();
  await client.query(`create database "${name}"`);
  await client.end();
  return postgres.urlOf(name);
}
