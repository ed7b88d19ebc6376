// A server under test as a process group of its own, which is gone at the end, however the bench ends.
import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const STOP_MS = 20_000;
const START_MS = 60_000;
const LOOK_MS = 20;

const running = new Set<ServerProcess>();
process.on("exit", () => {
  for (const server of running) server.kill();
});

export interface ServerCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export class ServerProcess implements AsyncDisposable {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #errors = "";

  constructor({ program, arguments: options, environment }: ServerCommand) {
    this.#name = program;
    // setpriv ends the server when the bench is killed and can end nothing itself any more
    this.#child = spawn("setpriv", ["--pdeathsig=TERM", program, ...options], {
      env: { PATH: process.env["PATH"], ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(this);
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-2000);
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once("error", () => resolve());
      this.#child.once("exit", () => resolve());
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The first line it prints. */
  async firstLine(): Promise<string> {
    const lines = createInterface({ input: this.#child.stdout! });
    const line = new Promise<string>((resolve) => lines.once("line", resolve));
    return this.#inTime(line);
  }

  /** Resolves when something listens on a port of this machine. */
  async listening(port: number): Promise<void> {
    this.#child.stdout?.resume();
    await this.#inTime(reachable(port));
  }

  /** Ends the server in good order, and all that is left of it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    const late = setTimeout(() => this.kill(), STOP_MS);
    this.#child.kill("SIGTERM");
    await this.#gone;
    clearTimeout(late);
    this.kill();
    running.delete(this);
  }

  /** Kills the whole group. */
  kill(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // nobody is left
    }
  }

  async #inTime<T>(event: Promise<T>): Promise<T> {
    const ended = this.#gone.then(() => Promise.reject(this.#startFailure("ended")));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#startFailure("did not get ready")), START_MS);
    });
    try {
      return await Promise.race([event, ended, late]);
    } finally {
      clearTimeout(timer);
      ended.catch(() => undefined);
    }
  }

  #startFailure(what: string): Error {
    return new Error(`${this.#name} ${what}: ${this.#errors.trim() || "it said nothing"}`);
  }
}

/** Ends every server that still runs. */
export async function stopAllServers(): Promise<void> {
  await Promise.all([...running].map((server) => server[Symbol.asyncDispose]()));
}

async function reachable(port: number): Promise<void> {
  for (const giveUp = Date.now() + START_MS; Date.now() < giveUp; ) {
    const connected = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
