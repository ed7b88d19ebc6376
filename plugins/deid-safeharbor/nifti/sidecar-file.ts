// Reads the JSON file beside an image.
import { readFile, stat } from "node:fs/promises";
import { UnreadableNifti } from "./unreadable-nifti.ts";

/** A converter's sidecar takes a few kilobytes. */
const LARGEST = 4_000_000;

export type Sidecar = Readonly<Record<string, unknown>>;

export interface ReadSidecar {
  readonly bytes: Buffer;
  readonly values: Sidecar;
}

/** @throws UnreadableNifti when it is no JSON object in UTF-8 */
export async function readSidecarFile(path: string): Promise<ReadSidecar> {
  if ((await stat(path)).size > LARGEST) throw new UnreadableNifti("it is larger than any sidecar");
  const bytes = await readFile(path);
  const values = parsed(bytes);
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw new UnreadableNifti("it is no JSON object in UTF-8");
  return { bytes, values: values as Sidecar };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
