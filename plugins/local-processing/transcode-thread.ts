// A thread that writes objects anew in Explicit VR Little Endian, so that the hub goes on receiving meanwhile.
import { closeSync, openSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { openSource } from "@thalamus/sdk/dicom";
import { CannotTranscode, explicitFile } from "@thalamus/sdk/dicom/transcode";

/** Absolute paths; the target is made. */
export interface Transcoding {
  readonly source: string;
  readonly target: string;
}

/** How the thread ends. Errors of the file system keep their code, a bug its stack, for the log only. */
export type TranscodeEnd =
  | { readonly kind: "done" }
  | { readonly kind: "cannot"; readonly reason: CannotTranscode["reason"]; readonly message: string }
  | { readonly kind: "storage"; readonly code: string; readonly syscall: string }
  | { readonly kind: "bug"; readonly stack: string };

/** Small pieces are written together. */
const WRITE_BYTES = 1024 * 1024;
/** Nobody aborts here: the whole thread is ended. */
const { signal } = new AbortController();

const end = await transcodeAll(workerData as readonly Transcoding[]).catch(endingOf);
parentPort?.postMessage(end);

async function transcodeAll(files: readonly Transcoding[]): Promise<TranscodeEnd> {
  for (const { source, target } of files) {
    const file = openSource(source);
    const written = openSync(target, "wx", 0o400);
    try {
      await transcode(file, written);
    } finally {
      closeSync(written);
      file.close();
    }
  }
  return { kind: "done" };
}

async function transcode(file: ReturnType<typeof openSource>, target: number): Promise<void> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  const flush = () => {
    for (let rest = Buffer.concat(waiting); rest.length > 0; ) rest = rest.subarray(writeSync(target, rest));
    waiting = [];
    bytes = 0;
  };
  for await (const piece of explicitFile(file, signal)) {
    // a copy: the piece is only valid until the next one
    waiting.push(Buffer.from(piece));
    bytes += piece.length;
    if (bytes >= WRITE_BYTES) flush();
  }
  flush();
}

function endingOf(error: unknown): TranscodeEnd {
  if (error instanceof CannotTranscode) {
    return { kind: "cannot", reason: error.reason, message: error.message };
  }
  const { code, syscall, stack = "" } = error as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined) return { kind: "storage", code, syscall };
  return { kind: "bug", stack };
}
