// Gives work on images to their thread, one piece after the other, and ends a piece that takes too long.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ImageRefusal } from "./image-refusal.ts";
import type { ImageAnswer, ImageTask, ImageWork, ImageYield } from "./image-work.ts";

const THREAD = new URL("./image-thread.ts", import.meta.url);
/** A frame takes some 20 ms; only what is wrong takes so long. */
const LONGEST_MS = 20_000;
/** The codecs' memory is given back when nobody looks at images. */
const IDLE_MS = 60_000;
const MOST_WAITING = 200;

export interface ImageReaderOptions {
  readonly longestMs?: number;
  readonly mostWaiting?: number;
}

export class ImageReader {
  readonly #longestMs: number;
  readonly #mostWaiting: number;
  #thread: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor({ longestMs = LONGEST_MS, mostWaiting = MOST_WAITING }: ImageReaderOptions = {}) {
    this.#longestMs = longestMs;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * @param signal who asked is gone: what has not begun is not done
   * @throws ImageRefusal, or the reason of the signal
   */
  do<K extends keyof ImageWork>(kind: K, work: ImageWork[K], signal?: AbortSignal): Promise<ImageYield[K]> {
    if (this.#waiting >= this.#mostWaiting) {
      throw new ImageRefusal("busy", "Too many images are asked for at once. Try again in a moment.");
    }
    this.#waiting += 1;
    clearTimeout(this.#idle);
    const turn = this.#last.then(async () => {
      try {
        signal?.throwIfAborted();
        return (await this.#run({ kind, work } as ImageTask)) as ImageYield[K];
      } finally {
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#restLater();
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = await this.#thread?.catch(() => undefined);
    this.#thread = undefined;
    await thread?.terminate();
  }

  #restLater(): void {
    this.#idle = setTimeout(() => void this.stop(), IDLE_MS);
    this.#idle.unref();
  }

  async #start(): Promise<Worker> {
    const thread = await started();
    // an end between two pieces of work: the next one gets another thread
    thread.once("exit", () => {
      this.#thread = undefined;
    });
    return thread;
  }

  async #run(task: ImageTask): Promise<unknown> {
    // the clock runs once the thread is there: starting one takes long on a busy machine
    this.#thread ??= this.#start();
    const thread = await this.#thread;
    const { promise, resolve, reject } = Promise.withResolvers<ImageAnswer>();
    const failed = () => reject(new Error("the thread of images ended"));
    const timer = setTimeout(() => {
      reject(new ImageRefusal("slow", "The image takes too long. Look at the load of the machine."));
    }, this.#longestMs);
    thread.once("message", resolve);
    thread.once("error", failed);
    thread.once("exit", failed);
    try {
      thread.postMessage(task);
      return foundIn(await promise);
    } catch (error) {
      if (!(error instanceof ImageRefusal) || error.code === "image.slow") {
        this.#thread = undefined;
        await thread.terminate();
      }
      throw error;
    } finally {
      clearTimeout(timer);
      thread.off("message", resolve).off("error", failed).off("exit", failed);
    }
  }
}

function foundIn(answer: ImageAnswer): unknown {
  if (answer.kind === "done") return answer.value;
  if (answer.kind === "refused") throw new ImageRefusal(answer.reason, answer.message);
  throw Object.assign(new Error("an image could not be worked on"), { stack: answer.stack });
}

async function started(): Promise<Worker> {
  const thread = new Worker(THREAD);
  thread.unref();
  thread.on("error", () => undefined);
  // rejects when it cannot be started
  await once(thread, "message");
  return thread;
}
