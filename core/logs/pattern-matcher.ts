// Tries regular expressions of people on lines, one after the other, and gives those up that take too long.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { LogRefusal } from "./log-refusal.ts";
import type { PatternWork } from "./pattern-thread.ts";

const THREAD = new URL("./pattern-thread.ts", import.meta.url);
/** For some hundred lines, of which an honest pattern needs a few milliseconds. */
const LONGEST_MS = 1000;
const LONGEST_PATTERN = 500;

/** @throws LogRefusal `logs.bad-pattern` */
export function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, "i");
  } catch (error) {
    const why = (error as Error).message.split(": ").at(-1);
    throw new LogRefusal("logs.bad-pattern", `The regular expression is wrong: ${why}.`);
  }
  if (pattern.length > LONGEST_PATTERN) {
    throw new LogRefusal("logs.bad-pattern", "The regular expression is too long.");
  }
}

export class PatternMatcher {
  #thread: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @returns for each text whether it matches
   * @throws LogRefusal `logs.slow-pattern`
   */
  test(work: PatternWork): Promise<boolean[]> {
    if (work.texts.length === 0) return Promise.resolve([]);
    const turn = this.#last.then(() => this.#run(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async stop(): Promise<void> {
    const thread = await this.#thread?.catch(() => undefined);
    this.#thread = undefined;
    await thread?.terminate();
  }

  async #run(work: PatternWork): Promise<boolean[]> {
    // the clock runs once the thread is there: starting one takes long on a busy machine
    this.#thread ??= started();
    const thread = await this.#thread;
    const { promise, resolve, reject } = Promise.withResolvers<boolean[]>();
    const failed = () => reject(new Error("the thread that tries patterns ended"));
    const timer = setTimeout(() => {
      const message =
        "The regular expression takes too long. Make it simpler, without repetitions in repetitions.";
      reject(new LogRefusal("logs.slow-pattern", message));
    }, LONGEST_MS);
    thread.once("message", resolve);
    thread.once("error", failed);
    thread.once("exit", failed);
    try {
      thread.postMessage(work);
      return await promise;
    } catch (error) {
      this.#thread = undefined;
      await thread.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
      thread.off("message", resolve).off("error", failed).off("exit", failed);
    }
  }
}

async function started(): Promise<Worker> {
  const thread = new Worker(THREAD);
  thread.unref();
  // an end between two tries is noticed at the next one
  thread.on("error", () => undefined);
  // rejects when it cannot be started
  await once(thread, "message");
  return thread;
}
