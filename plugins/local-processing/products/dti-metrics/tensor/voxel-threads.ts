// Shares work on voxels among threads; the calling one takes part. The results are the same bits for any number.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TryAgain } from "../contract/refusal.ts";
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { START_REWEIGHTINGS } from "./free-water.ts";
import type { GradientTable } from "./gradient-table.ts";
import { emptyFit, type TensorFit } from "./tensor-fit.ts";
import { prepare, type VoxelWork, workThrough } from "./voxel-work.ts";

/** @param done share of the voxels, 0..1 */
type OnProgress = (done: number) => void;

interface Helper {
  readonly thread: Worker;
  /** Rejected when the thread has ended. */
  readonly gone: Promise<never>;
}

export class VoxelThreads {
  readonly #helpers: Helper[];

  /** @param count of threads, this one included; the others begin to load at once */
  constructor(count: number) {
    this.#helpers = Array.from({ length: Math.max(0, count - 1) }, startHelper);
  }

  /** As `fitTensor`. @throws Unsuitable GRADIENT_TABLE, TryAgain */
  async fitTensor(
    series: DiffusionSeries,
    table: GradientTable,
    voxels: Int32Array,
    reweightings: number,
    onProgress?: OnProgress,
  ): Promise<TensorFit> {
    const fit = emptyFit(voxels.length);
    const work = { kind: "tensor", series, table, voxels, reweightings, fit, next: heap() } as const;
    fit.zeroSignalVoxels = await this.#share(work, onProgress);
    return fit;
  }

  /** As `mapFreeWater`. @throws Unsuitable GRADIENT_TABLE, TryAgain */
  async mapFreeWater(
    series: DiffusionSeries,
    table: GradientTable,
    voxels: Int32Array,
    onProgress?: OnProgress,
  ): Promise<Float32Array> {
    const start = await this.fitTensor(series, table, voxels, START_REWEIGHTINGS);
    const map = new Float32Array(new SharedArrayBuffer(4 * series.voxelsPerVolume));
    await this.#share({ kind: "free-water", series, table, voxels, start, map, next: heap() }, onProgress);
    return map;
  }

  async close(): Promise<void> {
    await Promise.all(this.#helpers.map(({ thread }) => thread.terminate()));
  }

  async #share(work: VoxelWork, onProgress: OnProgress | undefined): Promise<number> {
    // first, since it throws when the table determines no tensor
    const range = prepare(work);
    const answers = this.#helpers.map(answerOf);
    for (const { thread } of this.#helpers) thread.postMessage(work);
    const own = workThrough(work, range, (taken) => onProgress?.(taken / work.voxels.length));
    const others = await Promise.all(answers);
    return others.reduce((sum, count) => sum + count, own);
  }
}

const heap = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

function startHelper(): Helper {
  const thread = new Worker(new URL("./voxel-thread.ts", import.meta.url));
  const { promise: gone, reject } = Promise.withResolvers<never>();
  // most likely for want of memory; what it was is told to whoever waits for the thread
  thread.once("exit", () => reject(new TryAgain("a thread of the fit ended, perhaps for lack of memory")));
  thread.on("error", () => {});
  gone.catch(() => {});
  thread.unref();
  return { thread, gone };
}

/** @throws TryAgain when the thread ends before it answers */
async function answerOf({ thread, gone }: Helper): Promise<number> {
  const over = new AbortController();
  // else nothing would keep this thread alive until the answer comes
  thread.ref();
  try {
    const answer = once(thread, "message", { signal: over.signal }) as Promise<[number]>;
    answer.catch(() => {});
    const [count] = await Promise.race([answer, gone]);
    return count;
  } catch (error) {
    // the same end, told by another event
    if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") await gone;
    throw error;
  } finally {
    over.abort();
    thread.unref();
  }
}
