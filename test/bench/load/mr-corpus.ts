// Makes the files that are sent: one MR examination of four series, the same bytes on every machine.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeFile } from "@thalamus/sdk/dicom";
import { seededRandom } from "../../../sdk/testing/seeded-random.ts";
import { MATRIX, mrHeader } from "./mr-header.ts";

const SERIES = 4;
/** Pictures are made once and used in turn: what is in them costs a receiver nothing. */
const PICTURES = 8;

/**
 * Names each file by its SOPInstanceUID (0008,0018).
 * @param studies among which the images are dealt out, series by series
 * @returns size of the largest file in bytes
 */
export function writeMrCorpus(folder: string, count: number, studies = 1): number {
  mkdirSync(folder, { recursive: true });
  const pictures = Array.from({ length: PICTURES }, (_, index) => picture(index));
  const perSeries = Math.ceil(count / SERIES);
  let largest = 0;
  for (let index = 0; index < count; index += 1) {
    const series = 1 + Math.floor(index / perSeries);
    const study = series % studies;
    const dataset = mrHeader(series, index % perSeries, pictures[index % PICTURES]!, study);
    const file = encodeFile(dataset);
    writeFileSync(join(folder, `${dataset.SOPInstanceUID}.dcm`), file);
    largest = Math.max(largest, file.length);
  }
  return largest;
}

/** A bright disc with noise, 12 bits of 16. */
function picture(seed: number): Uint8Array {
  const random = seededRandom(seed);
  const pixels = Buffer.alloc(MATRIX * MATRIX * 2);
  for (let index = 0; index < MATRIX * MATRIX; index += 1) {
    const [x, y] = [(index % MATRIX) - MATRIX / 2, Math.floor(index / MATRIX) - MATRIX / 2];
    const signal = Math.hypot(x, y * 0.85) < MATRIX * 0.35 ? 900 : 40;
    const noisy = signal + 18 * random.normal();
    pixels.writeUInt16LE(Math.min(4095, Math.max(0, Math.round(noisy))), index * 2);
  }
  return pixels;
}
