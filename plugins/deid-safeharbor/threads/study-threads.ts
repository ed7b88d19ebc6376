// Gives each study to a thread of its own and takes back how it ended.
import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import type { Outcome, SigningKey, TransformStep } from "@thalamus/sdk";
import { Permanent, Transient } from "@thalamus/sdk/errors";
import type { DeidKeys } from "../elements/deid-keys.ts";
import type { DeidSettings } from "../settings.ts";
import type { FromThread, StudyOrder, ThreadFailure, ToThread } from "./study-order.ts";

const THREAD = new URL("./study-thread.ts", import.meta.url);
/** A thread that does not hear an abort is ended after this. */
const PATIENCE_MS = 2000;
/** Threads that wait for the next study: a new one has to load all its modules first. */
const MOST_IDLE = 2;

export interface ThreadParts {
  readonly settings: DeidSettings;
  readonly keys: DeidKeys;
  readonly signing: SigningKey;
}

/** A bug in the thread, with the stack it had there. */
class ThreadBug extends Error {
  override readonly name: string;

  constructor(name: string, stack: string) {
    super("a bug in the thread of a study");
    this.name = name;
    this.stack = stack;
  }
}

export class StudyThreads {
  readonly #parts: ThreadParts;
  readonly #idle: Worker[] = [];

  constructor(parts: ThreadParts) {
    this.#parts = parts;
  }

  /** @throws what the work throws, as if it were done here */
  async run(step: TransformStep, signal: AbortSignal): Promise<Outcome> {
    const order = await this.#orderOf(step);
    signal.throwIfAborted();
    const worker = this.#idle.pop() ?? new Worker(THREAD, { env: threadEnv() });
    worker.ref();
    try {
      const outcome = await converse(worker, order, step, signal);
      this.#keep(worker);
      return outcome;
    } catch (error) {
      // whatever state it is in, the next study gets a fresh one
      await worker.terminate();
      throw error;
    }
  }

  #keep(worker: Worker): void {
    // it holds neither the process nor a place when nothing comes any more
    worker.unref();
    if (this.#idle.length < MOST_IDLE) this.#idle.push(worker);
    else void worker.terminate();
  }

  async #orderOf(step: TransformStep): Promise<StudyOrder> {
    const { id, attempt, study, released } = step;
    const { privateKey, publicKeyPem, keyId } = this.#parts.signing;
    return {
      stepId: id,
      attempt,
      study: {
        id: study.id,
        revision: study.revision,
        format: study.format,
        supplied: study.supplied,
        identity: study.identity.reveal(),
        instances: await study.instances(),
      },
      released,
      previousManifest: await step.previousManifest(),
      workspace: await step.workspace(),
      settings: this.#parts.settings,
      keys: this.#parts.keys,
      signing: { privateKey, publicKeyPem, keyId },
    };
  }
}

/** What this process has compiled already a thread does not compile again. */
function threadEnv(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache };
}

function converse(
  worker: Worker,
  order: StudyOrder,
  step: TransformStep,
  signal: AbortSignal,
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  let patience: NodeJS.Timeout | undefined;
  const stop = () => {
    worker.postMessage({ kind: "abort" } satisfies ToThread);
    patience = setTimeout(() => reject(signal.reason as Error), PATIENCE_MS);
  };
  const hear = (message: FromThread) => {
    if (message.kind === "progress") step.progress(message.value, message.stage);
    else if (message.kind === "done") resolve(message.outcome);
    else reject(errorOf(message.failure, signal));
  };
  const lost = () => {
    reject(new Transient("deid-safeharbor.thread-lost", "The thread that worked on the study ended."));
  };
  worker.on("message", hear).on("error", lost).on("exit", lost);
  signal.addEventListener("abort", stop, { once: true });
  worker.postMessage({ kind: "work", order } satisfies ToThread);
  return promise.finally(() => {
    clearTimeout(patience);
    signal.removeEventListener("abort", stop);
    worker.off("message", hear).off("error", lost).off("exit", lost);
  });
}

function errorOf(failure: ThreadFailure, signal: AbortSignal): unknown {
  switch (failure.kind) {
    case "aborted":
      return signal.reason;
    case "transient":
      return new Transient(failure.code, failure.message);
    case "permanent":
      return new Permanent(failure.code, failure.message);
    case "bug":
      return new ThreadBug(failure.name, failure.stack);
  }
}
