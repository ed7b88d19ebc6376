// Writes the files of a run and, last of all, result.json that lists them with their checksums.
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONTRACT, product } from "./product-description.ts";
import type { Ending } from "./refusal.ts";

/** There when everything else is. */
export const RESULT_FILE = "result.json";

export interface WrittenFile {
  name: string;
  path: string;
  mediaType: string;
  bytes: number;
  sha256: string;
}

/** A number for the group CSV. */
export interface ResultIndex {
  name: string;
  value: number | null;
  unit: string;
}

/** What result.json says beside its frame. */
export interface Outcome {
  status: "done" | "done-with-warnings" | "unsuitable" | "failed";
  qc?: unknown;
  indexes?: ResultIndex[];
  error?: { code: string; message: string; retryable: boolean };
  timingMs?: Record<string, number>;
}

export interface OutputFolder {
  /** Writes one file. @param name of the output in product.json @param path relative, with forward slashes */
  write: (name: string, path: string, mediaType: string, data: string | Uint8Array) => void;
  /** Writes result.json under a temporary name and renames it, so the hub never sees half of it. */
  finish: (outcome: Outcome) => void;
  /** Writes failure.txt and the result.json of a run without a result. */
  fail: (ending: Ending) => void;
}

/** @param jobId from job.json, null when there was none @param started when the run began */
export function openOutputFolder(folder: string, jobId: string | null, started: Date): OutputFolder {
  const files: WrittenFile[] = [];
  const write: OutputFolder["write"] = (name, path, mediaType, data) => {
    const target = join(folder, path);
    const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    files.push({ name, path, mediaType, bytes: bytes.length, sha256 });
  };
  const finish: OutputFolder["finish"] = (outcome) => {
    const result = {
      contract: CONTRACT,
      product: { id: product.id, version: product.version },
      jobId,
      started: started.toISOString(),
      finished: new Date().toISOString(),
      ...outcome,
      files,
    };
    const temporary = join(folder, ".result.json.part");
    writeFileSync(temporary, `${JSON.stringify(result, null, 1)}\n`);
    renameSync(temporary, join(folder, RESULT_FILE));
  };
  const fail: OutputFolder["fail"] = ({ status, code, message, retryable }) => {
    write("failure", "failure.txt", "text/plain", failureText(code, message, retryable));
    finish({ status, error: { code, message, retryable } });
  };
  return { write, finish, fail };
}

const failureText = (code: string, message: string, retryable: boolean) =>
  [
    `${product.name} ${product.version} - RESEARCH USE ONLY`,
    "",
    "No result.",
    `Reason: ${message}`,
    `Code: ${code}`,
    retryable ? "The same job may succeed later." : "Trying again with the same input will not help.",
    "",
  ].join("\n");
