// A real Docker engine and a real registry for tests, started for one of them (Debian: docker.io, docker-registry).
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { json, text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@thalamus/sdk/testing";
import { Agent, request } from "undici";
import { PRODUCT_FOLDER } from "./runner-bench.ts";

const STARTS_WITHIN_MS = 30_000;
const LOOK_MS = 100;

export interface RealEngine {
  /** Of the socket. */
  readonly socket: string;
  /** The contract product in the registry, by digest; the engine does not have it yet. */
  readonly image: string;
  /** The same with an entry point that is not there. */
  readonly withoutProgram: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** Whether this machine has what is needed; only root may start an engine. */
export function hasEngine(): boolean {
  const programs = ["dockerd", "containerd", "runc", "docker-registry", "tar"];
  return process.getuid?.() === 0 && spawnSync("which", programs, { stdio: "ignore" }).status === 0;
}

export async function startEngine(): Promise<RealEngine> {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  const programs: ChildProcess[] = [];
  const stop = async () => {
    for (const one of programs.toReversed()) {
      if (one.exitCode !== null) continue;
      const gone = once(one, "exit");
      one.kill("SIGTERM");
      await gone;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const port = await freePort();
    programs.push(startRegistry(folder, port));
    const socket = join(folder, "docker.sock");
    programs.push(startDocker(folder, socket));
    const engine = engineAt(socket);
    await until(() => engine("GET", "/_ping"));
    await until(() => request(`http://127.0.0.1:${port}/v2/`));
    const { Version: version } = (await json((await engine("GET", "/version")).body)) as { Version: string };
    const publish = (name: string, entry: string[]) =>
      publishImage(engine, folder, `127.0.0.1:${port}/${name}`, entry);
    const image = await publish("contract-product", ["/bin/node", "/product/main.mjs"]);
    const withoutProgram = await publish("without-program", ["/nowhere"]);
    return { socket, image, withoutProgram, version, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** No bridge and no rules of a firewall: containers of the hub have no network anyway. */
function startDocker(folder: string, socket: string): ChildProcess {
  const options = [
    ...["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"],
    ...[`--data-root=${folder}/data`, `--exec-root=${folder}/exec`, `--pidfile=${folder}/pid`],
    `--host=unix://${socket}`,
  ];
  return spawn("dockerd", options, { stdio: "ignore" });
}

function startRegistry(folder: string, port: number): ChildProcess {
  const config = join(folder, "registry.yml");
  const lines = [
    ...["version: 0.1", "storage:", "  filesystem:", `    rootdirectory: ${folder}/registry`],
    ...["http:", `  addr: 127.0.0.1:${port}`],
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  return spawn("docker-registry", ["serve", config], { stdio: "ignore" });
}

type Engine = (
  method: "GET" | "POST" | "DELETE",
  path: string,
  options?: object,
) => ReturnType<typeof request>;

const engineAt = (socketPath: string): Engine => {
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
  return async (method, path, options = {}) => {
    const answer = await request(`http://docker${path}`, { dispatcher, method, ...options });
    if (answer.statusCode < 400) return answer;
    throw new Error(`${method} ${path}: ${answer.statusCode} ${await answer.body.text()}`);
  };
};

/** Puts an image into the registry and takes it from the engine again. @returns its name with digest */
async function publishImage(engine: Engine, folder: string, name: string, entry: string[]): Promise<string> {
  const root = imageRoot(folder);
  const tar = spawn("tar", ["-C", root, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const changes = `ENTRYPOINT ${JSON.stringify(entry)}`;
  const query = new URLSearchParams({ fromSrc: "-", repo: name, tag: "1", changes });
  await (await engine("POST", `/images/create?${query}`, { body: tar.stdout })).body.dump();
  const headers = { "x-registry-auth": "e30=" };
  const pushed = await text((await engine("POST", `/images/${name}/push?tag=1`, { headers })).body);
  const digest = /"Digest":"(sha256:[0-9a-f]{64})"/.exec(pushed)?.[1];
  if (!digest) throw new Error(`the image was not pushed: ${pushed}`);
  await (await engine("DELETE", `/images/${name}:1`)).body.dump();
  return `${name}@${digest}`;
}

/** Node, what it is linked with, and the product. */
function imageRoot(folder: string): string {
  const root = join(folder, "root");
  if (existsSync(root)) return root;
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(realpathSync(from), join(root, to));
  };
  put(process.execPath, "/bin/node");
  const { stdout } = spawnSync("ldd", [process.execPath], { encoding: "utf8" });
  for (const [path] of stdout.matchAll(/\/\S+/g)) if (existsSync(path)) put(path, path);
  for (const name of ["main.mjs", "product.json"]) put(join(PRODUCT_FOLDER, name), `/product/${name}`);
  mkdirSync(join(root, "tmp"));
  return root;
}

async function until(attempt: () => Promise<unknown>): Promise<void> {
  const late = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > late) throw error;
      await delay(LOOK_MS);
    }
  }
}
