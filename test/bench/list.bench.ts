// Lists and searches over many studies, through HTTP on the embedded database, against what the console promises.
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { percentile } from "./kit/statistics.ts";
import { textTable } from "./kit/text-table.ts";
import { type Known, type ListRequest, listRequests } from "./list/list-requests.ts";
import { FAMILIES, plantStudies } from "./list/plant-studies.ts";
import { embeddedUrl, signIn, startHub } from "./servers/thalamus-hub.ts";

/** What 95 of 100 answers have to keep, in ms. */
const TARGETS = { list: 150, search: 300 } as const;
/** The first round fills the caches, as the first visitor of the day does. */
const WARM_UP = 1;
const ROUNDS_IN_A_RUN = 2;
/** Between two requests, so that they are a person's and no flood's. */
const PAUSE_MS = 2;

const bench: Bench = {
  name: "list",
  purpose: "lists, tab counts, deep pages and searches over many studies in the embedded database",
  run,
};
export default bench;

interface Sample extends ListRequest {
  readonly ms: number;
}

async function run({ folder, options, progress }: BenchPlace): Promise<BenchReport> {
  const { studies, runs } = options;
  await using hub = await startHub({ folder, profileFolder: options.profileFolder });
  const databaseUrl = embeddedUrl(hub.databaseFolder);
  const cookie = await signIn(hub.httpPort);
  const began = performance.now();
  await plantStudies(databaseUrl, studies);
  progress(`${studies} studies planted in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const requests = listRequests(await knownOf(databaseUrl, studies));
  const samples: Sample[] = [];
  const failures: string[] = [];
  const rounds = WARM_UP + runs * ROUNDS_IN_A_RUN;
  for (let round = 0; round < rounds; round += 1) {
    for (const request of requests) {
      const { ms, wrong } = await ask(hub.httpPort, cookie, request, studies);
      if (wrong !== undefined) failures.push(`${request.path}: ${wrong}`);
      if (round >= WARM_UP) samples.push({ ...request, ms });
      await pause(PAUSE_MS);
    }
    if (round >= WARM_UP) progress(`${round + 1 - WARM_UP}/${rounds - WARM_UP} rounds`);
  }
  const lines = [...Map.groupBy(samples, ({ kind, target }) => `${target}: ${kind}`)].map(([name, some]) =>
    lineOf(name, some),
  );
  const totals = (["list", "search"] as const).map((target) =>
    lineOf(
      `all of ${target}`,
      samples.filter((sample) => sample.target === target),
    ),
  );
  const rows = [...lines, ...totals];
  const head = ["request", "n", "p50 ms", "p95 ms", "target", "ratio"];
  const table = rows.map(({ name, n, p50, p95, target, ratio }) => [
    ...[name, String(n), p50.toFixed(1), p95.toFixed(1), String(target), ratio.toFixed(2)],
  ]);
  const text = `${studies} studies; ratio: p95 over its target, less than 1 keeps it\n\n${textTable(head, table)}`;
  return { text, data: { studies, runs, rows, failures }, failures };
}

function lineOf(name: string, samples: readonly Sample[]) {
  const times = samples.map(({ ms }) => ms);
  const target = TARGETS[samples[0]!.target];
  const p95 = percentile(times, 0.95);
  return { name, n: times.length, p50: percentile(times, 0.5), p95, target, ratio: p95 / target };
}

async function knownOf(databaseUrl: string, studies: number): Promise<Known> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const ids = async (sql: string) => (await client.query<{ id: string }>(sql)).rows.map(({ id }) => id);
  const some = (table: string) => ids(`select id from ${table} order by md5(id::text) limit 3`);
  const [groupId] = await ids("select id from study_group order by name limit 1");
  const known = { studyIds: await some("study"), orderIds: await some("product_order") };
  await client.end();
  return { studies, groupId: groupId!, family: FAMILIES[0], ...known };
}

/** @returns the time until the whole answer was there, and what is wrong with it */
async function ask(
  port: number,
  cookie: string,
  { path, body }: ListRequest,
  studies: number,
): Promise<{ ms: number; wrong: string | undefined }> {
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { cookie, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
  });
  const answer = (await response.json()) as { total?: number; data?: unknown[]; code?: string };
  const ms = performance.now() - began;
  if (!response.ok) return { ms, wrong: `answered ${response.status} ${answer.code}` };
  // an empty answer is a fast one
  const isWhole = path.startsWith("/api/studies?perPage=25&page=1") && !path.includes("status");
  if (isWhole && answer.total !== studies) return { ms, wrong: `${answer.total} studies of ${studies}` };
  return { ms, wrong: undefined };
}
