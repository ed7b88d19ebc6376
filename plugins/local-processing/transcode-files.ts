// Has objects written anew in Explicit VR Little Endian by a thread of their own, and tells why when it cannot be done.
import { Worker } from "node:worker_threads";
import { ownFailure } from "./failure.ts";
import type { TranscodeEnd, Transcoding } from "./transcode-thread.ts";

const THREAD = new URL("./transcode-thread.ts", import.meta.url);
const OUT_OF_MEMORY = "There was not enough memory to write an object of the study anew.";
const CODES = {
  "unknown-compression": "local-processing.unknown-compression",
  damaged: "local-processing.damaged-image",
} as const;

/**
 * @throws ProcessingFailure `local-processing.unknown-compression` or `local-processing.damaged-image`, an error of the
 *   file system, or the reason of the signal; some of the targets are there then
 */
export async function transcodeFiles(files: readonly Transcoding[], signal: AbortSignal): Promise<void> {
  if (files.length === 0) return;
  signal.throwIfAborted();
  const worker = new Worker(THREAD, { workerData: files });
  try {
    const end = await endOf(worker, signal);
    if (end.kind !== "done") throw errorOf(end);
  } finally {
    await worker.terminate();
  }
}

function endOf(worker: Worker, signal: AbortSignal): Promise<TranscodeEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<TranscodeEnd>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  worker.once("message", resolve);
  worker.once("error", (error: NodeJS.ErrnoException) => {
    const isFull = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    reject(isFull ? ownFailure("local-processing.out-of-memory", OUT_OF_MEMORY) : error);
  });
  worker.once("exit", () => reject(new Error("the thread that transcodes ended without a word")));
  return promise.finally(() => signal.removeEventListener("abort", abort));
}

function errorOf(end: Exclude<TranscodeEnd, { kind: "done" }>): Error {
  if (end.kind === "cannot") return ownFailure(CODES[end.reason], `An object of the study ${end.message}.`);
  const { kind, ...fields } = end;
  return Object.assign(new Error("objects could not be transcoded"), fields);
}
