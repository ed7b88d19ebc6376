// A hub as it runs at a site, as a process of its own that can be killed at any moment.
import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const MAIN = resolve(import.meta.dirname, "../../../core/main.ts");
const START_MS = 60_000;

export interface HubPlace {
  readonly folder: string;
  readonly configFile: string;
  readonly databaseUrl: string;
}

export class KillableHub {
  readonly id: string;
  readonly dicomPort: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #log: () => string;
  #expected = false;

  private constructor(child: ChildProcess, gone: Promise<void>, log: () => string, line: Listening) {
    this.#child = child;
    this.#gone = gone;
    this.#log = log;
    this.id = line.hub;
    this.dicomPort = line.dicom["dicom-scp"]!.port;
  }

  /** Resolves when it listens. */
  static async start({ folder, configFile, databaseUrl }: HubPlace): Promise<KillableHub> {
    // pdeathsig: when the suite is killed nothing is left behind
    const child = spawn("setpriv", ["--pdeathsig=KILL", process.execPath, MAIN, configFile, "--json"], {
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        DATABASE_URL: databaseUrl,
        THALAMUS_ADMIN_PASSWORD: "Correct-horse-battery-1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
    });
    const gone = new Promise<void>((ended) => child.once("exit", () => ended()));
    const started = Promise.withResolvers<string>();
    createInterface({ input: child.stdout }).once("line", started.resolve);
    child.once("exit", (code) =>
      started.reject(new Error(`the hub ended with ${code} at its start:\n${log}`)),
    );
    const late = setTimeout(() => child.kill("SIGKILL"), START_MS);
    const line = await started.promise.finally(() => clearTimeout(late));
    return new KillableHub(child, gone, () => log, JSON.parse(line) as Listening);
  }

  /** The last lines of its log. */
  get log(): string {
    return this.#log();
  }

  /** How it ended when nobody had asked for it; undefined while it lives. */
  get crash(): string | undefined {
    const end = this.#child.signalCode ?? this.#child.exitCode;
    if (this.#expected || end === null) return undefined;
    return `a hub ended by itself with ${end}:\n${this.log.slice(-2000)}`;
  }

  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void> {
    this.#expected = true;
    this.#child.kill("SIGKILL");
    return this.#gone;
  }

  /** SIGTERM; resolves when the process is gone. */
  stop(): Promise<void> {
    this.#expected = true;
    this.#child.kill("SIGTERM");
    return this.#gone;
  }
}

interface Listening {
  readonly hub: string;
  readonly dicom: Readonly<Record<string, { readonly port: number }>>;
}

/** A site's configuration: everything on ports of the system's choice, one trivial processing step. */
export function crashSiteConfig(dataFolder: string, intake: object = {}): object {
  return {
    dataFolder,
    http: { host: "127.0.0.1", port: 0 },
    plugins: [
      { use: "dicom-scp", settings: { host: "127.0.0.1", port: 0 } },
      { path: join(import.meta.dirname, "../probe") },
    ],
    route: { process: [{ plugin: "probe", product: "probe" }] },
    intake: { stableAfterSeconds: 0.5, keepFreeMegabytes: 10, ...intake },
    steps: { firstDelaySeconds: 0.1, attempts: 50, longestDelaySeconds: 1 },
  };
}
