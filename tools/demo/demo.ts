// `npm run demo`: the whole line on one machine, from a C-STORE to the report in the PACS.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { newPassword } from "../../core/access/password.ts";
import { type LoadedConfig, loadConfig, withContent } from "../../core/config/load-config.ts";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { type Hub, startHub } from "../../core/hub.ts";
import { openLog } from "../../core/observe/log.ts";
import { checkPacs } from "./check-pacs.ts";
import { DemoFailure } from "./demo-failure.ts";
import { type DemoPacs, PACS_AE, startDemoPacs } from "./demo-pacs.ts";
import { dicomFilesUnder, type FoundStudy } from "./dicom-folder.ts";
import { HubClient } from "./hub-client.ts";
import { followStudy } from "./study-timeline.ts";
import { Terminal } from "./terminal.ts";

const PROFILE = resolve(import.meta.dirname, "../../config/profiles/demo.yaml");
const USAGE = `npm run demo [-- --send DIR] [--keep]
  --send DIR   send a folder of your own DICOM instead of the synthetic study
  --keep       leave the hub running afterwards, until Ctrl-C
`;

const screen = new Terminal(process.stdout);

try {
  const { values } = parseArgs({
    options: {
      send: { type: "string" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) process.stdout.write(USAGE);
  else await demo(values.send, values.keep);
} catch (error) {
  screen.fail(error as Error);
  if (!(error instanceof DemoFailure)) process.stderr.write(USAGE);
  process.exit(1);
}

async function demo(folder: string | undefined, keep: boolean): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "thalamus-demo-"));
  const password = newPassword();
  let pacs: DemoPacs | undefined;
  let hub: Hub | undefined;
  try {
    const studies = await step("study", () => (folder === undefined ? phantom(work) : ownStudies(folder)));
    const profile = loadConfig(PROFILE);
    pacs = await step("PACS", () => startDemoPacs(join(profile.dataFolder, "pacs")));
    const loaded = deliveringTo(pacs, profile);
    const log = openLog({ level: "info", folder: join(loaded.dataFolder, "logs"), terminal: false });
    hub = await step("hub", () => startHub(loaded, { adminPassword: password, log }));
    screen.line("hub", `listening; console http://127.0.0.1:${hub.http.port}/`);
    const api = await HubClient.signIn(hub.http.port, "admin", password);
    for (const study of studies) await runStudy(study, hub, api, pacs);
    screen.done();
    tellWhere(hub, pacs, password, keep);
    if (keep) await untilInterrupted();
  } finally {
    await hub?.stop();
    await pacs?.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * The profile with the port that the demo's PACS was given. It is as if the file had been changed: else the hub would go
 * on with its newest settings, which have the port of the last run.
 */
function deliveringTo({ port }: DemoPacs, profile: LoadedConfig): LoadedConfig {
  const raw = structuredClone(profile.raw) as { plugins: { name?: string; settings?: object }[] };
  for (const entry of raw.plugins) {
    if (entry.name?.startsWith("pacs-")) entry.settings = { ...entry.settings, port };
  }
  return withContent(profile, raw);
}

async function runStudy(study: FoundStudy, hub: Hub, api: HubClient, pacs: DemoPacs): Promise<void> {
  const { files, studyInstanceUid } = study;
  const listener = hub.listeners.get("dicom-scp");
  if (!listener) throw new DemoFailure("hub", "the profile has no DICOM listener");
  const peer = { host: "127.0.0.1", port: listener.port, calledAe: "THALAMUS", callingAe: PACS_AE };
  screen.line("PACS", `sends ${files.length} objects to THALAMUS by C-STORE`);
  const known = new Set((await api.studies()).map(({ id, revision }) => `${id} ${revision}`));
  const sending = createDicomSender().store(peer, files, AbortSignal.timeout(600_000));
  const following = followStudy(api, { known, files: files.length, screen });
  const [answers, info] = await Promise.all([sending, following]);
  const refused = answers.filter(({ status }) => status !== 0);
  if (refused.length > 0)
    throw new DemoFailure("C-STORE", `the hub refused ${refused.length} of ${files.length} objects`);
  await checkPacs(pacs, studyInstanceUid, screen);
  for (const { artifacts, id } of info.results) {
    screen.line(
      "result",
      `${artifacts.length} files: ${join(hub.dataFolder, "files/results", id.slice(0, 2), id)}`,
    );
  }
}

/** A new seed makes a new study, so that every run shows the whole line. */
async function phantom(work: string): Promise<FoundStudy[]> {
  const seed = Math.floor(Date.now() / 1000);
  const { files, studyInstanceUid } = await writeDwiPhantom(join(work, "study"), { seed });
  screen.line("study", `synthetic brain DWI, ${files.length} images, one b=0 and 12 directions at b=1000`);
  return [{ files, studyInstanceUid }];
}

async function ownStudies(folder: string): Promise<FoundStudy[]> {
  const studies = await dicomFilesUnder(resolve(process.env["INIT_CWD"] ?? ".", folder));
  if (studies.length === 0) throw new DemoFailure("study", `no DICOM file in ${folder}`);
  for (const { files } of studies) screen.line("study", `${files.length} images of your own`);
  return studies;
}

function tellWhere(hub: Hub, pacs: DemoPacs, password: string, keep: boolean): void {
  const lines = [
    "The report is in the PACS.",
    `  Delivered objects  ${pacs.folder}`,
    `  Result files       ${join(hub.dataFolder, "files/results")}`,
    `  Log                ${join(hub.dataFolder, "logs/hub.log")}`,
    keep
      ? `  Console            http://127.0.0.1:${hub.http.port}/   sign in as admin, password ${password}`
      : "  Console            npm run demo -- --keep leaves the hub and its console running",
    ...(keep ? ["The hub goes on running; Ctrl-C ends it."] : []),
  ];
  process.stdout.write(`\n${lines.join("\n")}\n`);
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

/** Names the part of the demo that failed. */
async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DemoFailure ? error : new DemoFailure(name, (error as Error).message);
  }
}
