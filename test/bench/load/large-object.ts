// Makes one multi-frame object of any size.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeFile } from "@thalamus/sdk/dicom";
import { MATRIX, mrHeader } from "./mr-header.ts";

const FRAME_BYTES = MATRIX * MATRIX * 2;

/** @returns size of the file in bytes, a frame less than wanted at most */
export function writeLargeObject(folder: string, megabytes: number): number {
  mkdirSync(folder, { recursive: true });
  const frames = Math.max(1, Math.floor((megabytes * 1e6) / FRAME_BYTES));
  const pixels = Buffer.alloc(frames * FRAME_BYTES);
  for (let at = 0; at < pixels.length; at += 64) pixels.writeUInt32LE(at % 4096, at);
  const dataset = { ...mrHeader(1, 0, pixels), NumberOfFrames: frames };
  const file = encodeFile(dataset);
  writeFileSync(join(folder, `${dataset.SOPInstanceUID}.dcm`), file);
  return file.length;
}
