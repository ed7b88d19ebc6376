// This hub as it runs at a site: core/main.ts on its embedded PostgreSQL, every answer durable.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "@thalamus/sdk/testing";
import { stringify } from "yaml";
import { ServerProcess } from "../kit/server-process.ts";
import { checkFiles, type Receiver, type ReceiverKind, type ReceiverPlace, type Sent } from "./receiver.ts";

const MAIN = resolve(import.meta.dirname, "../../../core/main.ts");
const PASSWORD = "Correct-horse-battery-1";
const CALLED_AE = "THALAMUS";
const COUNTED_MS = 20_000;
const LOOK_MS = 50;

interface Listening {
  readonly http: { readonly port: number };
  readonly databaseFolder: string;
}

/** Its rows are committed all the same when `intake.flush` is off, as for its peers that flush nothing. */
const hubKind = (name: string, count: number, flush: boolean): ReceiverKind => ({
  name,
  durability: flush ? "file, folder, row" : "row",
  missing: () => undefined,
  start: (place) => startHubs(place, count, flush),
});

export const thalamusHubs: readonly ReceiverKind[] = [
  hubKind("hub", 1, true),
  hubKind("hub-two", 2, true),
  hubKind("hub-unflushed", 1, false),
  hubKind("hub-two-unflushed", 2, false),
];

export interface OneHub extends AsyncDisposable {
  readonly httpPort: number;
  readonly databaseFolder: string;
}

/** One hub that receives nothing, for what is asked over HTTP. */
export async function startHub({
  folder,
  profileFolder,
}: Pick<ReceiverPlace, "folder" | "profileFolder">): Promise<OneHub> {
  const configFile = join(folder, "hub.yaml");
  const profile =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profileFolder)}`];
  const dataFolder = join(folder, "data");
  const config = { ...configOf(dataFolder, 0, false, true), plugins: [] };
  writeFileSync(configFile, stringify(config));
  const hub = new ServerProcess({
    program: process.execPath,
    arguments: [...profile, MAIN, configFile, "--json"],
    environment: { HOME: folder, THALAMUS_ADMIN_PASSWORD: PASSWORD },
  });
  const { http, databaseFolder } = JSON.parse(await hub.firstLine()) as Listening;
  return {
    httpPort: http.port,
    databaseFolder,
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]();
      // root may have been given another place
      if (!databaseFolder.startsWith(folder))
        rmSync(dirname(databaseFolder), { recursive: true, force: true });
    },
  };
}

/** Several hubs share one port, one database (that of the first) and one data folder. */
async function startHubs(
  { folder, profileFolder }: ReceiverPlace,
  count: number,
  flush: boolean,
): Promise<Receiver> {
  const dataFolder = join(folder, "data");
  if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true });
  const profile =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profileFolder)}`];
  const port = await freePort();
  const configFile = join(folder, "hub.yaml");
  writeFileSync(configFile, stringify(configOf(dataFolder, port, count > 1, flush)));
  const hubs: ServerProcess[] = [];
  const start = async (environment: Readonly<Record<string, string>>): Promise<Listening> => {
    const hub = new ServerProcess({
      program: process.execPath,
      arguments: [...profile, MAIN, configFile, "--json"],
      environment: { HOME: folder, THALAMUS_ADMIN_PASSWORD: PASSWORD, ...environment },
    });
    hubs.push(hub);
    return JSON.parse(await hub.firstLine()) as Listening;
  };
  // the first one has the database, so it goes last
  const stop = async () => {
    for (const hub of hubs.toReversed()) await hub[Symbol.asyncDispose]();
  };
  const { http, databaseFolder } = await start({});
  if (!databaseFolder.startsWith(folder)) {
    await stop();
    rmSync(dirname(databaseFolder), { recursive: true, force: true });
    throw new Error("the user of the database cannot enter the folder of the bench; name another with --dir");
  }
  while (hubs.length < count) await start({ DATABASE_URL: embeddedUrl(databaseFolder) });
  const cookie = await signIn(http.port);
  const [pid, ...others] = hubs.map((hub) => hub.pid);
  return {
    pid: pid!,
    others,
    port,
    calledAe: CALLED_AE,
    loopDelay: () => loopDelay(http.port),
    check: async (sent) => {
      const files = checkFiles(join(dataFolder, "files/received"), sent, ".dcm");
      return files ?? (await checkRows(http.port, cookie, sent));
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Where a running embedded database listens is the fourth line of its postmaster.pid; its password stands beside it. */
export function embeddedUrl(databaseFolder: string): string {
  const port = readFileSync(join(databaseFolder, "postmaster.pid"), "utf8").split("\n")[3];
  const password = readFileSync(`${databaseFolder}.password`, "utf8").trim();
  return `postgres://hub:${password}@127.0.0.1:${port}/postgres`;
}

function configOf(dataFolder: string, port: number, sharePort: boolean, flush: boolean): object {
  const settings = { host: "127.0.0.1", port, sharePort, aeTitle: CALLED_AE };
  return {
    dataFolder,
    http: { host: "127.0.0.1", port: 0 },
    plugins: [{ use: "dicom-scp", settings }],
    // receiving alone is measured
    intake: { stableAfterSeconds: 86_400, keepFreeMegabytes: 100, flush },
  };
}

export async function signIn(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "admin", password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`the hub answered ${response.status} to the sign-in`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function loopDelay(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return 1000 * Number(/^thalamus_event_loop_delay_seconds{percentile="99"} (\S+)$/m.exec(text)?.[1]);
}

/** Counts for screens are written a moment after the answer. @returns what is wrong */
async function checkRows(port: number, cookie: string, sent: Sent): Promise<string | undefined> {
  for (const giveUp = Date.now() + COUNTED_MS; ; await pause(LOOK_MS)) {
    const rows = await countRows(port, cookie);
    if (rows === sent.objects) return undefined;
    if (Date.now() > giveUp) return `${rows} instances on record, ${sent.objects} were sent`;
  }
}

async function countRows(port: number, cookie: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/api/studies?perPage=500`, { headers: { cookie } });
  if (!response.ok) throw new Error(`the hub answered ${response.status} to the list of studies`);
  const { data } = (await response.json()) as { data: { instanceCount: number }[] };
  return data.reduce((sum, { instanceCount }) => sum + instanceCount, 0);
}
