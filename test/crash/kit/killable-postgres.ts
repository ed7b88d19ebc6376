// A PostgreSQL that flushes as in production and can be killed and started again on its port and its data.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@thalamus/sdk/testing";
import { type PostgresHome, preparePostgres } from "../../../core/database/postgres-home.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const READY_MS = 60_000;
const AGAIN_MS = 100;

export class KillablePostgres implements AsyncDisposable {
  readonly #folder = new TemporaryFolder("thalamus-crash-postgres-", 0o755);
  readonly #home: PostgresHome = preparePostgres(join(this.#folder.path, "postgres"));
  readonly #port: number;
  #server: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  /** In a folder of its own, which goes with it. */
  static async start(): Promise<KillablePostgres> {
    const postgres = new KillablePostgres(await freePort());
    await postgres.startAgain();
    return postgres;
  }

  urlOf(database: string): string {
    const password = readFileSync(this.#home.passwordFile, "utf8").trim();
    return `postgres://hub:${password}@127.0.0.1:${this.#port}/${database}`;
  }

  /** kill -9 of the server and everything it started. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server?.pid === undefined) return;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    const children = childrenOf(server.pid);
    for (const pid of [server.pid, ...children]) killNow(pid);
    await gone;
    this.#server = undefined;
  }

  /** kill -9 of one session: the server throws all others out and recovers by itself. */
  async killSession(): Promise<void> {
    const pid = this.#server?.pid;
    if (pid === undefined) return;
    const sessions = childrenOf(pid).filter((child) => commandOf(child).includes("postgres: hub "));
    const back = this.#saysReady(this.#server!);
    if (sessions[0] === undefined) throw new Error("no session to kill");
    killNow(sessions[0]);
    await back;
  }

  /** Resolves when it takes connections. */
  async startAgain(): Promise<void> {
    for (const giveUp = Date.now() + READY_MS; ; ) {
      const server = this.#launch();
      try {
        await this.#saysReady(server);
        this.#server = server;
        return;
      } catch (error) {
        // the shared memory of the one that was killed is given back a moment later
        if (Date.now() > giveUp) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#server;
    if (server) {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await gone;
    }
    this.#folder[Symbol.dispose]();
  }

  #launch(): ChildProcess {
    const { programs, dataFolder, owner } = this.#home;
    const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100"];
    const identity =
      owner.uid === undefined
        ? []
        : [`--reuid=${owner.uid}`, `--regid=${owner.gid ?? owner.uid}`, "--clear-groups"];
    const server = [join(programs, "bin/postgres"), "-D", dataFolder, "-p", String(this.#port)];
    const options = settings.flatMap((setting) => ["-c", setting]);
    return spawn("setpriv", [...identity, "--pdeathsig=INT", ...server, ...options], {
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
    });
  }

  #saysReady(server: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let log = "";
      const read = (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-4000);
        if (log.includes("ready to accept connections")) done();
      };
      const ended = () => done(new Error(`PostgreSQL ended:\n${log}`));
      const late = setTimeout(() => done(new Error(`PostgreSQL is not ready:\n${log}`)), READY_MS);
      const done = (error?: Error) => {
        clearTimeout(late);
        server.off("exit", ended);
        server.stderr?.off("data", read);
        // nobody listens any more, but a full pipe would stop the server
        server.stderr?.resume();
        if (error) reject(error);
        else resolve();
      };
      server.stderr?.on("data", read);
      server.once("exit", ended);
    });
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it is gone already
  }
}
