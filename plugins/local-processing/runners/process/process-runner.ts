// Runs a product as a child process in a group of its own, confined as far as the machine allows.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { exitEnding } from "../exit-ending.ts";
import { notStarted, RunWatch } from "../run-watch.ts";
import type { Ending, ProductRun, RunEnd, Runner } from "../runner.ts";
import { type Confined, Confinement } from "./confinement.ts";
import { watchMemory } from "./memory-watch.ts";
import { offerToOomKiller, signalGroup } from "./process-group.ts";
import { MARK, processesOf, RunRecords } from "./run-records.ts";

/** A process that left the group may hold the output open; nobody waits for it longer. */
const OUTPUT_WAIT_MS = 2000;
/** What a shell says for SIGKILL. */
const KILLED = 137;

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Exit = [exitCode: number | null, signal: NodeJS.Signals | null];

export class ProcessRunner implements Runner {
  readonly kind = "process";
  readonly confinement: Confinement;
  readonly #records: RunRecords;

  /** @param recordFolder where runs are remembered; shared by the hubs of a site */
  constructor(recordFolder: string, confinement: Confinement = Confinement.none) {
    this.#records = new RunRecords(recordFolder);
    this.confinement = confinement;
  }

  async run(run: ProductRun): Promise<RunEnd> {
    run.signal.throwIfAborted();
    await this.#records.begin(run.id, run.folders);
    try {
      await using confined = await this.confinement.enter(run);
      return await runConfined(run, confined);
    } finally {
      await this.#records.end(run.id);
    }
  }

  async endOrphans(): Promise<readonly string[]> {
    const lost = await this.#records.lost();
    const alive = await processesOf(lost);
    for (const pid of [...alive.values()].flat()) endQuietly(pid);
    for (const id of lost) {
      await this.confinement.clearAfter(id);
      await this.#records.end(id);
    }
    return [...alive.keys()];
  }

  async close(): Promise<void> {}
}

async function runConfined(run: ProductRun, confined: Confined): Promise<RunEnd> {
  const child = start(run, confined);
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, "error")) as [NodeJS.ErrnoException];
    return notStarted(error.code ?? "unknown");
  }
  const exited = once(child, "exit") as Promise<Exit>;
  const closed = once(child, "close");
  using watch = new RunWatch(run, (signal) => signalGroup(pid, signal));
  const { memoryBytes } = run.limits;
  using _memory =
    memoryBytes === undefined
      ? undefined
      : watchMemory(pid, memoryBytes, run.lookMs ?? 1000, () => watch.stopper.stop("out-of-memory"));
  child.stdout.on("data", (bytes: Buffer) => watch.output(bytes)).once("end", () => watch.outputEnded());
  child.stderr.on("data", (bytes: Buffer) => watch.errorOutput(bytes));
  // only now that somebody listens: Node throws away what a child that has exited wrote and nobody reads
  await offerToOomKiller(pid);

  const exit = await Promise.race([exited, watch.stopper.gaveUp.then((): Exit => [null, "SIGKILL"])]);
  watch.stopper.ended();
  // what the product started and left behind
  signalGroup(pid, "SIGKILL");
  const memoryKills = await confined.group?.memoryKills();
  await confined.group?.kill();
  await Promise.race([closed, delay(OUTPUT_WAIT_MS, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  return watch.end(endingOf(exit, memoryKills));
}

/** @param memoryKills processes that the kernel killed for want of memory, where it counts them */
function endingOf([exitCode, signal]: Exit, memoryKills: number | undefined): Ending {
  if (memoryKills !== undefined && (signal === null || signal === "SIGKILL" || memoryKills > 0)) {
    return exitEnding(exitCode ?? KILLED, memoryKills > 0);
  }
  return signal === null ? { kind: "exited", exitCode: exitCode ?? 0 } : { kind: "killed", signal };
}

function start(run: ProductRun, { words, folders }: Confined): Child {
  const { product } = run;
  const launch = run.launch(folders);
  const [program = "", ...own] = product.command ?? [];
  const [first = "", ...rest] = [
    ...words,
    program === "node" ? process.execPath : program,
    ...own,
    ...launch.words,
  ];
  return spawn(first, rest, {
    cwd: product.folder,
    // nothing else of the hub's environment: it holds the database's address and keys
    env: { PATH: process.env["PATH"], ...launch.environment, [MARK]: run.id },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it was gone
  }
}
