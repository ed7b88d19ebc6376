// Stands for a container in tests: the contract product as a process of this machine, with paths put right.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { watchMemory } from "../process/memory-watch.ts";
import { signalGroup } from "../process/process-group.ts";
import { TOOLS, works } from "../process/system-tools.ts";
import { PRODUCT_FOLDER } from "./runner-bench.ts";

const NO_NETWORK = [TOOLS.unshare, "--net", "--"];
/** Whether the stand-in can have no network, as the real thing has. */
export const hasNoNetwork = await works([...NO_NETWORK, "true"]);

export interface LocalContainerSpec {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Folders of this machine by the paths that the container has for them. */
  readonly folders: ReadonlyMap<string, string>;
  readonly memoryBytes: number | undefined;
}

export interface LocalExit {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

export interface LocalContainer {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<LocalExit>;
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGKILL: 9, SIGTERM: 15, SIGSEGV: 11 };

export function startLocalContainer({
  words,
  environment,
  folders,
  memoryBytes,
}: LocalContainerSpec): LocalContainer {
  const here = (text: string) => folders.get(text) ?? text;
  const [first = "", ...rest] = [
    ...(hasNoNetwork ? NO_NETWORK : []),
    ...[process.execPath, join(PRODUCT_FOLDER, "main.mjs")],
    ...words.map(here),
  ];
  const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, here(value)]));
  const child = spawn(first, rest, {
    cwd: PRODUCT_FOLDER,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid = 0 } = child;
  let outOfMemory = false;
  const memory =
    memoryBytes === undefined
      ? undefined
      : watchMemory(pid, memoryBytes, 25, () => {
          outOfMemory = true;
          signalGroup(pid, "SIGKILL");
        });
  const exited = once(child, "exit").then(async ([code, signal]: (number | NodeJS.Signals | null)[]) => {
    memory?.[Symbol.dispose]();
    signalGroup(pid, "SIGKILL");
    const number = SIGNAL_NUMBERS[signal as NodeJS.Signals] ?? 0;
    return { exitCode: signal === null ? Number(code) : 128 + number, outOfMemory };
  });
  return { stdout: child.stdout, stderr: child.stderr, exited, signal: (name) => signalGroup(pid, name) };
}
