// Makes small NIfTI images with tables and sidecars on disk for the tests of this plugin.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { CheckLine, Outcome, ReceivedStudy, StudyIdentity } from "@thalamus/sdk";
import { checkStepOf, type NiftiBundle, outcomeOf, studyOfNifti } from "@thalamus/sdk/testing";
import plugin from "../plugin.ts";
import { QcNiftiSettings } from "../settings.ts";

const properties = Object.entries(QcNiftiSettings.properties as Record<string, { default?: unknown }>);
const DEFAULTS = Object.fromEntries(
  properties.flatMap(([key, schema]) => ("default" in schema ? [[key, schema.default]] : [])),
) as QcNiftiSettings;

export const folder = mkdtempSync(join(tmpdir(), "qc-nifti-"));
export const removeFolder = () => rmSync(folder, { recursive: true });

/** Seven volumes: one at b = 0 and six directions. */
export const VOLUMES = 7;
const directions = [
  [0, 0, 0],
  ...Array.from({ length: 6 }, (_, i) => [0.866 * Math.cos(i / 2), 0.866 * Math.sin(i / 2), 0.5]),
];
export const BVAL = `${directions.map((_, volume) => (volume === 0 ? 0 : 1000)).join(" ")}\n`;
/** Three rows with a column for each volume. */
export const BVEC_COLUMNS = [0, 1, 2].map((axis) => directions.map((one) => one[axis]).join(" ")).join("\n");
/** A row for each volume. */
export const BVEC_ROWS = directions.map((one) => one.join(" ")).join("\n");

/** @param extent voxels in each dimension; 16-bit numbers */
export function niftiBytes(extent: readonly number[], edges = [2, 2, 2], little = true): Buffer {
  const voxels = extent.reduce((product, size) => product * size, 1);
  const bytes = Buffer.alloc(352 + 2 * voxels);
  const short = (value: number, at: number) =>
    little ? bytes.writeInt16LE(value, at) : bytes.writeInt16BE(value, at);
  const float = (value: number, at: number) =>
    little ? bytes.writeFloatLE(value, at) : bytes.writeFloatBE(value, at);
  if (little) bytes.writeInt32LE(348, 0);
  else bytes.writeInt32BE(348, 0);
  short(extent.length, 40);
  for (const [index, size] of extent.entries()) short(size, 42 + 2 * index);
  short(4, 70);
  short(16, 72);
  for (const [index, edge] of edges.entries()) float(edge, 80 + 4 * index);
  float(352, 108);
  bytes.writeUInt8(2, 123);
  bytes.write("n+1\0", 344, "latin1");
  return bytes;
}

export interface MadeImage {
  readonly image?: Buffer | null;
  readonly packed?: boolean;
  readonly bval?: string | null;
  readonly bvec?: string | null;
  readonly sidecar?: object | string | null;
}

let made = 0;

/** Null leaves a file out. */
export function bundle(parts: MadeImage = {}): NiftiBundle {
  made += 1;
  const { image = niftiBytes([4, 4, 3, VOLUMES]), packed = true, bval = BVAL, bvec = BVEC_COLUMNS } = parts;
  const { sidecar = { PatientAge: "048Y", PatientSex: "F" } } = parts;
  const write = (ending: string, content: Buffer | string) => {
    const path = join(folder, `KANARIENVOGEL_${made}${ending}`);
    writeFileSync(path, content);
    return path;
  };
  return {
    ...(image === null
      ? {}
      : { image: write(packed ? ".nii.gz" : ".nii", packed ? gzipSync(image) : image) }),
    ...(bval === null ? {} : { bval: write(".bval", bval) }),
    ...(bvec === null ? {} : { bvec: write(".bvec", bvec) }),
    ...(sidecar === null
      ? {}
      : { sidecar: write(".json", typeof sidecar === "string" ? sidecar : JSON.stringify(sidecar)) }),
  };
}

export async function checkStudy(
  study: ReceivedStudy,
  settings: Partial<QcNiftiSettings> = {},
): Promise<Outcome> {
  return outcomeOf(plugin.check, checkStepOf(study), { settings: { ...DEFAULTS, ...settings } });
}

export function linesOf(outcome: Outcome): Record<string, CheckLine> {
  if (outcome.kind !== "passed" && outcome.kind !== "held") throw new Error(`it ended as ${outcome.kind}`);
  return Object.fromEntries(outcome.lines.map((line) => [line.id, line]));
}

/** Lines by their ids. */
export async function lines(
  bundles: readonly NiftiBundle[],
  settings: Partial<QcNiftiSettings> = {},
  given: Partial<StudyIdentity> = {},
): Promise<Record<string, CheckLine>> {
  return linesOf(await checkStudy(await studyOfNifti(bundles, given), settings));
}
