// Runs a product as a child process in a group of its own, and says how it ended.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { CONTRACT } from "./find-product.ts";
import { endWithParent, offerToOomKiller, signalGroup } from "./process-group.ts";
import { eventOf, LineCutter, type ProductEvent, Tail } from "./product-lines.ts";
import { Stopper, type StopReason } from "./stopper.ts";
import { afterSilence, onAbort, watchMemory } from "./watchdogs.ts";

/** Of the error output; it is free text and stays out of logs and reports. */
const TAIL_BYTES = 8192;
/** A process that left the group may hold the output open; nobody waits for it longer. */
const OUTPUT_WAIT_MS = 2000;

/** Absolute folders on the files volume; all three exist. */
export interface RunFolders {
  /** The product only reads it. */
  readonly in: string;
  readonly out: string;
  readonly work: string;
}

export interface ProductRun {
  /** `node` as the first word of the command is the hub's own. */
  readonly command: readonly string[];
  /** Working directory. */
  readonly productFolder: string;
  readonly folders: RunFolders;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Longest time without a line on standard output. */
  readonly silenceMs: number;
  /** Of the whole process group. */
  readonly memoryBytes: number;
  readonly onProgress?: (value: number, stage: string) => void;
  /** From SIGTERM to SIGKILL, and from there until a process that cannot be killed is given up; 5 s. */
  readonly graceMs?: number;
  /** How often memory is looked at; 1 s. */
  readonly lookMs?: number;
}

type ProductError = Extract<ProductEvent, { type: "error" }>;

/** How a run ended. */
export type Ending =
  | { readonly kind: "exited"; readonly exitCode: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals }
  | { readonly kind: "timeout" | "hung" | "out-of-memory" }
  /** No process came to be; `code` is the system's: `ENOENT`. */
  | { readonly kind: "not-started"; readonly code: string };

export interface RunEnd {
  readonly ending: Ending;
  /** The last error event. */
  readonly said: ProductError | undefined;
  readonly lines: number;
  readonly errorOutput: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts the product and comes back when it, and everything in its process group, is gone.
 * @throws the reason of the signal when that ends first; the product is gone then, too
 */
export async function runProduct(run: ProductRun): Promise<RunEnd> {
  run.signal.throwIfAborted();
  const child = start(run);
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, "error")) as [NodeJS.ErrnoException];
    const ending = { kind: "not-started", code: error.code ?? "unknown" } as const;
    return { ending, said: undefined, lines: 0, errorOutput: "" };
  }
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, "close");
  const stopper = new Stopper(pid, run.graceMs ?? 5000);
  const heard = { said: undefined as ProductError | undefined, lines: 0 };
  const errorOutput = new Tail(TAIL_BYTES);

  using _timeout = afterSilence(run.timeoutMs, () => stopper.stop("timeout"));
  using silence = afterSilence(run.silenceMs, () => stopper.stop("hung"));
  using _memory = watchMemory(pid, run.memoryBytes, run.lookMs ?? 1000, () => stopper.stop("out-of-memory"));
  using _abort = onAbort(run.signal, () => stopper.stop("aborted"));
  const cutter = new LineCutter((line) => {
    silence.feed();
    heard.lines += 1;
    const event = eventOf(line);
    if (event?.type === "progress") run.onProgress?.(event.value, event.stage);
    if (event?.type === "error") heard.said = event;
  });
  child.stdout.on("data", (bytes: Buffer) => cutter.feed(bytes)).once("end", () => cutter.end());
  child.stderr.on("data", (bytes: Buffer) => errorOutput.feed(bytes));
  // only now that somebody listens: Node throws away what a child that has exited wrote and nobody reads
  await offerToOomKiller(pid);

  const [exitCode, signal] = await Promise.race([exited, stopper.gaveUp]);
  stopper.ended();
  // what the product started and left behind
  signalGroup(pid, "SIGKILL");
  await Promise.race([closed, delay(OUTPUT_WAIT_MS, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  if (stopper.reason === "aborted") run.signal.throwIfAborted();
  return { ending: endingOf(stopper.reason, exitCode, signal), ...heard, errorOutput: errorOutput.text() };
}

function endingOf(
  reason: StopReason | undefined,
  exitCode: number | null,
  signal: NodeJS.Signals | null,
): Ending {
  if (reason !== undefined && reason !== "aborted") return { kind: reason };
  if (signal !== null) return { kind: "killed", signal };
  return { kind: "exited", exitCode: exitCode ?? 0 };
}

function start(run: ProductRun): Child {
  const { in: input, out, work } = run.folders;
  const [program = "", ...words] = run.command;
  const [first = "", ...args] = [
    ...endWithParent(),
    program === "node" ? process.execPath : program,
    ...words,
    ...["run", "--in", input, "--out", out, "--work", work],
  ];
  return spawn(first, args, {
    cwd: run.productFolder,
    // nothing else of the hub's environment: it holds the database's address and keys
    env: {
      PATH: process.env["PATH"],
      HOME: work,
      TMPDIR: work,
      LANG: "C.UTF-8",
      PRODUCT_CONTRACT: CONTRACT,
      PRODUCT_IN: input,
      PRODUCT_OUT: out,
      PRODUCT_WORK: work,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}
