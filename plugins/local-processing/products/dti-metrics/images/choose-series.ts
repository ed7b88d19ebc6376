// Finds the diffusion series in the input folder: converts DICOM if needed, then takes the richest table.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Messages } from "../contract/messages.ts";
import { Unsuitable } from "../contract/refusal.ts";
import {
  countDirections,
  findShells,
  type GradientTable,
  parseGradientTable,
} from "../tensor/gradient-table.ts";
import { type ConversionSettings, convertSeries, findDicomSeries, isTooLarge } from "./dicom-to-nifti.ts";
import { readSidecar, type Sidecar } from "./sidecar.ts";

const FEWEST_DIRECTIONS = 6;

/** The series that will be measured. */
export interface ChosenSeries {
  niftiFile: string;
  table: GradientTable;
  sidecar: Sidecar;
  /** Path of its first source file relative to the input folder. */
  source: string;
  /** All images that were looked at, described by numbers only. */
  seen: string[];
}

interface Candidate {
  base: string;
  source: string;
  label: string;
}

/** All plain files below a folder, in a stable order. Links are not followed. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const NIFTI_ENDING = /\.nii(\.gz)?$/;

/**
 * The volumes that the tensor is fitted to: b up to `maxB`, or the lowest shell when that is higher. 5 %
 * tolerance, because scanners write 1505 for 1500.
 */
export function tensorVolumes(table: GradientTable, maxB: number): number[] {
  const lowest = findShells(table).find((shell) => shell.b > 0)?.b ?? 0;
  const limit = 1.05 * Math.max(maxB, lowest);
  return [...table.bValues.keys()].filter((v) => table.bValues[v]! <= limit);
}

/**
 * Chooses the series with the most distinct directions, then the most volumes, among those with six
 * directions and a b = 0 volume.
 *
 * @throws Unsuitable NO_DICOM, SERIES_TOO_LARGE, LOSSY_COMPRESSION, CONVERSION_FAILED or NO_DTI_SERIES
 */
export async function chooseSeries(
  input: string,
  work: string,
  maxB: number,
  settings: ConversionSettings,
  messages: Messages,
): Promise<ChosenSeries> {
  const files = listFiles(input).filter((file) => relative(input, file) !== "job.json");
  const images = files.filter((file) => NIFTI_ENDING.test(file));
  const skipped: Unsuitable[] = [];
  const candidates =
    images.length > 0
      ? images.map((file, n) => ({
          base: file.replace(NIFTI_ENDING, ""),
          source: relative(input, file),
          label: `image ${n + 1}`,
        }))
      : await convertAll(input, files, work, settings, messages, skipped);

  const seen: string[] = [];
  const suitable: { candidate: Candidate; table: GradientTable; directions: number }[] = [];
  for (const candidate of candidates) {
    const { base, label } = candidate;
    if (!existsSync(`${base}.bval`) || !existsSync(`${base}.bvec`)) {
      seen.push(`${label}: no b-values`);
      continue;
    }
    const table = parseGradientTable(
      readFileSync(`${base}.bval`, "utf8"),
      readFileSync(`${base}.bvec`, "utf8"),
    );
    const directions = countDirections(table, tensorVolumes(table, maxB));
    const unweighted = findShells(table).find((shell) => shell.b === 0)?.volumes.length ?? 0;
    seen.push(`${label}: ${table.volumes} volumes, ${directions} directions, ${unweighted} with b = 0`);
    if (directions >= FEWEST_DIRECTIONS && unweighted > 0) suitable.push({ candidate, table, directions });
  }
  suitable.sort((a, b) => b.directions - a.directions || b.table.volumes - a.table.volumes);
  const best = suitable[0];
  if (best === undefined) {
    if (skipped[0] !== undefined) throw skipped[0];
    throw new Unsuitable(
      "NO_DTI_SERIES",
      "no series with at least six distinct diffusion directions and one b = 0 volume " +
        `(seen: ${seen.join("; ") || "nothing"})`,
    );
  }
  const { base, source } = best.candidate;
  return {
    niftiFile: existsSync(`${base}.nii`) ? `${base}.nii` : `${base}.nii.gz`,
    table: best.table,
    sidecar: readSidecar(`${base}.json`),
    source,
    seen,
  };
}

/** Converts every MR series; those that cannot be converted are added to `skipped` with their reason. */
async function convertAll(
  input: string,
  files: readonly string[],
  work: string,
  settings: ConversionSettings,
  messages: Messages,
  skipped: Unsuitable[],
): Promise<Candidate[]> {
  const all = findDicomSeries(files);
  if (all.length === 0) throw new Unsuitable("NO_DICOM", "no DICOM files were found in the input");
  const candidates: Candidate[] = [];
  // Localizers and the like: even one slice a volume would need more images for a tensor.
  const series = all.filter((one) => one.modality === "MR" && one.frames > FEWEST_DIRECTIONS);
  for (const [n, one] of series.entries()) {
    const label = `series ${n + 1}`;
    messages.progress(0.03 + (0.15 * n) / series.length, "convert", `${label} of ${series.length}`);
    if (one.lossy) {
      skipped.push(
        new Unsuitable("LOSSY_COMPRESSION", `${label} is lossily compressed, which changes the metrics`),
      );
      continue;
    }
    if (isTooLarge(one, settings)) {
      const size = `${(one.expectedBytes / 1e9).toFixed(1)} GB`;
      skipped.push(
        new Unsuitable("SERIES_TOO_LARGE", `${label} would become an image of ${size}; 1.2 GB is the limit`),
      );
      continue;
    }
    const bases = await convertSeries(one, join(work, `series-${n + 1}`), settings).catch(
      (error: unknown) => {
        if (!(error instanceof Unsuitable)) throw error;
        skipped.push(error);
        messages.log("warn", `${label}: ${error.message}`);
        return undefined;
      },
    );
    if (bases === undefined) continue;
    for (const base of bases) {
      const suffix = bases.length > 1 ? ` (${basename(base)})` : "";
      candidates.push({ base, source: relative(input, one.files[0]!), label: label + suffix });
    }
    if (bases.length === 0) messages.log("warn", `${label}: the converter found no image`);
  }
  return candidates;
}
