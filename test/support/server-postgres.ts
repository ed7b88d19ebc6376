// A PostgreSQL server of the system (Debian: /usr/lib/postgresql), started for one test.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@thalamus/sdk/testing";

const ROOT = "/usr/lib/postgresql";

/** Folder of the newest server's programs, or undefined when none is installed. */
export function installedServer(): string | undefined {
  if (!existsSync(ROOT)) return undefined;
  const versions = readdirSync(ROOT).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(ROOT, version, "bin"))
    .find((bin) => existsSync(join(bin, "postgres")));
}

export interface ServerPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startServer(programs: string): Promise<ServerPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-server-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  chmodSync(folder, 0o755);
  const owner = unprivileged();
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(data, owner.uid, owner.gid);
  const made = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "--no-sync"],
    {
      ...owner,
      cwd: "/",
      encoding: "utf8",
    },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const args = ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
  const server = spawn(join(programs, "postgres"), args, {
    ...owner,
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((ready, fail) => {
    let log = "";
    server.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes("ready to accept connections")) ready();
    });
    server.once("exit", () => fail(new Error(log)));
  });
  return {
    url: `postgres://hub@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const user = ["postgres:", "nobody:"]
    .map((name) => lines.find((line) => line.startsWith(name)))
    .find(Boolean)!;
  const fields = user.split(":");
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}
