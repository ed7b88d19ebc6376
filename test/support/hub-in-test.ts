// Starts real hubs for tests: in this process, or as a process of its own that can be killed.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";
import { loadConfig } from "../../core/config/load-config.ts";
import { type Hub, startHub } from "../../core/hub.ts";
import { openLog } from "../../core/observe/log.ts";
import { freshDatabase } from "./fresh-database.ts";

export const ADMIN_PASSWORD = "Correct-horse-battery-1";
const ROOT = resolve(import.meta.dirname, "../..");

/** A configuration for tests: everything on ports of the system's choice, stable after a moment. */
export interface TestConfig {
  readonly name?: string;
  readonly dataFolder?: string;
  readonly plugins?: readonly object[];
  readonly route?: object;
  readonly intake?: object;
  readonly uploads?: object;
  readonly upkeep?: object;
  readonly alerts?: object;
  readonly steps?: object;
  readonly log?: object;
  readonly http?: object;
  readonly cloud?: object;
  readonly access?: object;
  readonly updates?: object;
}

export interface TestSite {
  readonly folder: string;
  readonly configFile: string;
  readonly databaseUrl: string;
  remove(): void;
}

export const DICOM_LISTENER = { use: "dicom-scp", settings: { host: "127.0.0.1", port: 0 } };

/** A folder, a configuration file and a database. */
export async function newSite(config: TestConfig = {}): Promise<TestSite> {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-site-"));
  const configFile = join(folder, "hub.yaml");
  const whole = {
    dataFolder: join(folder, "data"),
    http: { host: "127.0.0.1", port: 0 },
    plugins: [DICOM_LISTENER],
    ...config,
    intake: { stableAfterSeconds: 0.5, warnFreeMegabytes: 0, keepFreeMegabytes: 10, ...config.intake },
    steps: { firstDelaySeconds: 0.1, ...config.steps },
  };
  writeFileSync(configFile, stringify(whole));
  const databaseUrl = await freshDatabase();
  return { folder, configFile, databaseUrl, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A hub in this process. */
export function hubInProcess(site: TestSite): Promise<Hub> {
  const config = loadConfig(site.configFile, { DATABASE_URL: site.databaseUrl });
  const log = openLog({ level: "debug", folder: join(site.folder, "data/logs"), terminal: false });
  return startHub(config, { adminPassword: ADMIN_PASSWORD, log });
}

export interface HubProcess {
  readonly child: ChildProcess;
  readonly dicomPort: number;
  readonly httpPort: number;
  /** kill -9, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and wait until it is gone. */
  stop(): Promise<number | null>;
}

/** A hub as `npm start -- --json` runs it; resolves when it listens. */
export async function hubAsProcess(site: TestSite): Promise<HubProcess> {
  const environment = { DATABASE_URL: site.databaseUrl, THALAMUS_ADMIN_PASSWORD: ADMIN_PASSWORD };
  const child = spawn(process.execPath, [join(ROOT, "core/main.ts"), site.configFile, "--json"], {
    env: { PATH: process.env["PATH"], HOME: site.folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const line = await new Promise<string>((found, reject) => {
    createInterface({ input: child.stdout }).once("line", found);
    child.once("exit", (code) => reject(new Error(`the hub ended with ${code}:\n${errors}`)));
  });
  const { dicom, http } = JSON.parse(line) as {
    dicom: Record<string, { port: number }>;
    http: { port: number };
  };
  const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return {
    child,
    dicomPort: dicom["dicom-scp"]?.port ?? 0,
    httpPort: http.port,
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
    stop: () => {
      child.kill("SIGTERM");
      return gone;
    },
  };
}
