// This hub as it runs at a site: core/main.ts on its embedded PostgreSQL, every answer durable.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import { ServerProcess } from "../kit/server-process.ts";
import { checkFiles, type Receiver, type ReceiverKind, type ReceiverPlace, type Sent } from "./receiver.ts";

const MAIN = resolve(import.meta.dirname, "../../../core/main.ts");
const PASSWORD = "correct-horse-battery";
const CALLED_AE = "THALAMUS";

interface Listening {
  readonly http: { readonly port: number };
  readonly dicom: Readonly<Record<string, { readonly port: number }>>;
  readonly databaseFolder: string;
}

export const thalamusHub: ReceiverKind = {
  name: "hub",
  durability: "file, folder, row",
  missing: () => undefined,
  start: (place) => startHub(place, true),
};

/** With `intake.flush` off, as its peers that flush nothing; its rows are committed all the same. */
export const unflushedHub: ReceiverKind = {
  name: "hub-unflushed",
  durability: "row",
  missing: () => undefined,
  start: (place) => startHub(place, false),
};

async function startHub({ folder, profileFolder }: ReceiverPlace, flush: boolean): Promise<Receiver> {
  const dataFolder = join(folder, "data");
  const configFile = join(folder, "hub.yaml");
  writeFileSync(configFile, stringify(configOf(dataFolder, flush)));
  if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true });
  const profile =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profileFolder)}`];
  const hub = new ServerProcess({
    program: process.execPath,
    arguments: [...profile, MAIN, configFile, "--json"],
    environment: { HOME: folder, THALAMUS_ADMIN_PASSWORD: PASSWORD },
  });
  const { http, dicom, databaseFolder } = JSON.parse(await hub.firstLine()) as Listening;
  if (!databaseFolder.startsWith(folder)) {
    await hub[Symbol.asyncDispose]();
    rmSync(dirname(databaseFolder), { recursive: true, force: true });
    throw new Error("the user of the database cannot enter the folder of the bench; name another with --dir");
  }
  const cookie = await signIn(http.port);
  return {
    pid: hub.pid,
    port: dicom["dicom-scp"]!.port,
    calledAe: CALLED_AE,
    check: async (sent) => {
      const files = checkFiles(join(dataFolder, "files/received"), sent, ".dcm");
      return files ?? (await checkRows(http.port, cookie, sent));
    },
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  };
}

function configOf(dataFolder: string, flush: boolean): object {
  const settings = { host: "127.0.0.1", port: 0, aeTitle: CALLED_AE };
  return {
    dataFolder,
    http: { host: "127.0.0.1", port: 0 },
    plugins: [{ use: "dicom-scp", settings }],
    // receiving alone is measured
    intake: { stableAfterSeconds: 86_400, keepFreeMegabytes: 100, flush },
  };
}

async function signIn(port: number): Promise<string> {
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

/** @returns what is wrong */
async function checkRows(port: number, cookie: string, sent: Sent): Promise<string | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/api/studies?perPage=500`, { headers: { cookie } });
  if (!response.ok) throw new Error(`the hub answered ${response.status} to the list of studies`);
  const { data } = (await response.json()) as { data: { instanceCount: number }[] };
  const rows = data.reduce((sum, { instanceCount }) => sum + instanceCount, 0);
  return rows === sent.objects ? undefined : `${rows} instances on record, ${sent.objects} were sent`;
}
