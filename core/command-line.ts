// The command line: starts the hub from a configuration file, says where everything is, stops it on a signal.
import { parseArgs } from "node:util";
import { Permanent } from "@thalamus/sdk";
import { AccessRefusal } from "./access/access-refusal.ts";
import { ConfigError } from "./config/config-problem.ts";
import { loadConfig } from "./config/load-config.ts";
import { DatabaseProblem } from "./database/database-problem.ts";
import { type Hub, startHub } from "./hub.ts";

const USAGE = `Starts the hub: npm start -- [FILE] [--json]

  FILE     configuration in YAML; else THALAMUS_CONFIG, else config/hub.yaml
  --json   prints one line of JSON, with the real ports, when it is ready
`;

/** `[FILE] [--json]`; sets the exit code when the hub does not start. */
export async function runCommandLine(): Promise<void> {
  const words = readWords();
  if (words === undefined || words.values.help) {
    process.stderr.write(USAGE);
    process.exitCode = words === undefined ? 2 : 0;
    return;
  }
  const { values, positionals } = words;
  try {
    await run(positionals[0] ?? process.env["THALAMUS_CONFIG"] ?? "config/hub.yaml", values.json);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : explain(error as Error)}\n`);
    process.exitCode = 1;
  }
}

/** @returns undefined when one of the words is unknown, after it was named */
function readWords() {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ allowPositionals: true, options: { json: flag, help: { ...flag, short: "h" } } });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n`);
    return undefined;
  }
}

async function run(file: string, json: boolean): Promise<void> {
  const began = performance.now();
  const hub = await startHub(loadConfig(file), {
    adminPassword: process.env["THALAMUS_ADMIN_PASSWORD"] || undefined,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (json) process.stdout.write(`${JSON.stringify(describe(hub))}\n`);
  else process.stdout.write(greeting(hub, seconds));
  let stopping = false;
  const stop = (signal: string) => {
    // a second Ctrl-C means now
    if (stopping) process.exit(130);
    stopping = true;
    process.stderr.write(`${signal}: stopping, work in hand goes on at the next start\n`);
    void hub.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop(signal));
}

function describe(hub: Hub): object {
  const dicom = Object.fromEntries(hub.listeners);
  const web = Object.fromEntries(hub.web);
  const { id, dataFolder, databaseFolder, newPassword } = hub;
  return {
    event: "listening",
    hub: id,
    http: { port: hub.http.port },
    dicom,
    web,
    dataFolder,
    databaseFolder,
    newPassword,
  };
}

function greeting(hub: Hub, seconds: string): string {
  const dicom = [...hub.listeners].map(([name, { host, port }]) => `  DICOM      ${host}:${port} (${name})`);
  const web = [...hub.web].map(
    ([name, path]) => `  Web        ${hub.http.protocol}://127.0.0.1:${hub.http.port}${path} (${name})`,
  );
  const password =
    hub.newPassword === undefined
      ? []
      : [`  Sign in    admin, password ${hub.newPassword}  (shown this once; write it down)`];
  return [
    `Thalamus is ready after ${seconds} s (Node ${process.version})`,
    `  Console    ${hub.http.protocol}://127.0.0.1:${hub.http.port}/`,
    `  API        ${hub.http.protocol}://127.0.0.1:${hub.http.port}/api-docs`,
    ...dicom,
    ...web,
    `  Data       ${hub.dataFolder}`,
    `  Database   ${hub.databaseFolder ?? "PostgreSQL server of DATABASE_URL"}`,
    ...password,
    "",
  ].join("\n");
}

/** A start that failed for a reason outside the program needs no stack. */
function explain(error: Error): string {
  if (error instanceof Permanent || error instanceof AccessRefusal || error instanceof DatabaseProblem) {
    return `${error.code}: ${error.message}`;
  }
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined && error.name === "Error" ? error.message : (error.stack ?? error.message);
}
