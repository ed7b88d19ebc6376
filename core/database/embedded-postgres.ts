// Starts the PostgreSQL that comes with the hub, for sites that bring no database server of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type PostgresHome, preparePostgres } from "./postgres-home.ts";

export interface EmbeddedPostgres {
  readonly url: string;
  /** Where its data really are; differs from the wish when root had to step aside. */
  readonly folder: string;
  /** Shuts down cleanly ("fast": open transactions are rolled back). */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /**
   * For tests only, a power cut loses data: no flushing, no log that others could follow, and no vacuum, which would go
   * round hundreds of databases that live for seconds.
   */
  readonly throwaway?: boolean;
}

const START_TIMEOUT_MS = 60_000;
const IN_USE_TIMEOUT_MS = 15_000;

/**
 * Starts (and on first use creates) a PostgreSQL under `folder`, on a free port of 127.0.0.1.
 * @param folder wanted place of its data; moved to /var/lib/thalamus when the unprivileged user cannot reach it
 * @throws Error with the last lines of PostgreSQL's log when it does not start
 */
export async function startEmbeddedPostgres(
  folder: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  const home = preparePostgres(folder);
  const { child, port } = await startWhenFree(home, options);
  const password = readFileSync(home.passwordFile, "utf8").trim();
  return {
    url: `postgres://hub:${password}@127.0.0.1:${port}/postgres`,
    folder: home.dataFolder,
    stop: () => stop(child),
  };
}

/** A hub that was just killed takes its PostgreSQL along, but that needs a moment to write its last page. */
async function startWhenFree(home: PostgresHome, options: EmbeddedOptions) {
  const giveUp = Date.now() + IN_USE_TIMEOUT_MS;
  for (;;) {
    const port = await freePort();
    const child = launch(home, port, options);
    try {
      await ready(child);
      return { child, port };
    } catch (error) {
      const inUse = (error as Error).message.includes("postmaster.pid");
      if (!inUse) throw error;
      if (Date.now() > giveUp) {
        throw new Error(`another hub is running on ${home.dataFolder}; stop it, or set another data folder`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function launch(home: PostgresHome, port: number, { throwaway = false }: EmbeddedOptions): ChildProcess {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "100",
    ...(throwaway ? THROWAWAY : {}),
  };
  const server = [
    join(home.programs, "bin/postgres"),
    ...["-D", home.dataFolder, "-p", String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const { uid, gid } = home.owner;
  if (process.platform !== "linux") return spawn(server[0]!, server.slice(1), spawnOptions);
  // setpriv gives PostgreSQL the unprivileged identity, and a SIGINT when the hub dies, even by kill -9
  const identity = uid === undefined ? [] : [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  return spawn("setpriv", [...identity, "--pdeathsig=INT", ...server], spawnOptions);
}

const THROWAWAY = {
  ...{ fsync: "off", full_page_writes: "off", synchronous_commit: "off" },
  ...{ wal_level: "minimal", max_wal_senders: "0", autovacuum: "off", max_connections: "300" },
};

const spawnOptions = { cwd: "/", stdio: ["ignore", "ignore", "pipe"] } satisfies Parameters<typeof spawn>[2];

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    const give = (reason: string) => reject(new Error(`PostgreSQL did not start: ${reason}\n${log}`));
    const timer = setTimeout(() => {
      child.kill("SIGQUIT");
      give(`no answer in ${START_TIMEOUT_MS / 1000} s`);
    }, START_TIMEOUT_MS);
    child.stderr?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (!log.includes("ready to accept connections")) return;
      clearTimeout(timer);
      resolve();
    });
    child.once("error", (error) => give(error.message));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      give(`ended with ${signal ?? code}`);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGINT");
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}
