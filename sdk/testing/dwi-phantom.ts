// Writes a synthetic diffusion study of a head as DICOM files, with everything about it known.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { derivedUid, encodeFile, type FileDataset } from "../dicom/index.ts";
import { type Spot, spotAt, TISSUES, type Tissue } from "./brain-model.ts";
import { PHANTOM_IDENTITY, type PhantomIdentity, sliceDataset } from "./dwi-headers.ts";
import { sliceModel, sliceSignal } from "./dwi-signal.ts";
import { gradientScheme } from "./gradient-scheme.ts";
import {
  alongHead,
  fromHead,
  type PhantomGeometry,
  type Plane,
  phantomGeometry,
} from "./phantom-geometry.ts";
import { seededRandom } from "./seeded-random.ts";
import { dot, type Vector3 } from "./vector3.ts";
import type { Scanner } from "./vendors/scanner.ts";
import { SCANNERS, type ScannerName } from "./vendors/scanners.ts";

export interface DwiPhantomOptions {
  /** Of noise and UIDs; another seed is another study. */
  readonly seed?: number;
  /** Columns and rows; the field of view stays 201.6 mm. */
  readonly matrix?: number;
  /** They always cover 120 mm; 60 of them are 2 mm thick. */
  readonly slices?: number;
  readonly b0Volumes?: number;
  /** For each shell. */
  readonly directions?: number;
  /** b values in s/mm2. */
  readonly shells?: readonly number[];
  /** Of head and slices, around the axis from left to right. */
  readonly tiltDegrees?: number;
  /** `axial` when it is left out. */
  readonly plane?: Plane;
  /** Whose files it has; `siemens` when it is left out. */
  readonly scanner?: ScannerName;
  /** Standard deviation of the noise; white matter has a signal of 450 at b = 0. */
  readonly noise?: number;
  readonly identity?: Partial<PhantomIdentity>;
}

/** What a measurement of the phantom should find. */
export interface DwiPhantomTruth {
  readonly identity: PhantomIdentity;
  /** Values that must never be seen outside of the house. */
  readonly canaries: readonly string[];
  readonly seriesInstanceUid: string;
  readonly bValues: readonly number[];
  /** In the patient's axes; zero at b = 0. */
  readonly directions: readonly Vector3[];
  /** As FSL wants them of a file of dcm2niix: along columns, against rows, along slices. */
  readonly fslDirections: readonly Vector3[];
  /**
   * What is at a point, in mm in the patient's axes: the tissue, and where its fibres run in the patient's axes (zero
   * without fibres); undefined outside of the head.
   */
  spotAt(point: Vector3): { readonly tissue: Tissue["name"]; readonly fibre: Vector3 } | undefined;
  readonly headMl: number;
  readonly tissueMl: Readonly<Record<Tissue["name"], number>>;
  /** Fractional anisotropy, and mean diffusivity in 10^-3 mm2/s. */
  readonly tissues: Readonly<Record<Tissue["name"], { readonly fa: number; readonly md: number }>>;
}

export interface DwiPhantom {
  /** Absolute paths, in the order of acquisition. */
  readonly files: string[];
  readonly studyInstanceUid: string;
  readonly truth: DwiPhantomTruth;
}

const SHORTEST_CANARY = 6;
const NO_DIRECTION: Vector3 = [0, 0, 0];

/**
 * Writes the files of a scanner, for most of them one for each slice of each volume (Explicit VR Little Endian). The same options always give the
 * same bytes. With the defaults: 24 slices, one volume at b = 0 and twelve at b = 1000, 312 files.
 * @param folder is made when it is not there
 */
export async function writeDwiPhantom(folder: string, options: DwiPhantomOptions = {}): Promise<DwiPhantom> {
  const { seed = 1, matrix = 96, slices = 24, b0Volumes = 1, directions = 12, noise = 15 } = options;
  const identity = { ...PHANTOM_IDENTITY, ...options.identity };
  const scanner: Scanner = SCANNERS[options.scanner ?? "siemens"];
  const geometry = phantomGeometry(matrix, slices, options.tiltDegrees ?? 12, options.plane);
  const scheme = gradientScheme({
    ...{ b0Volumes, directions, shells: options.shells ?? [1000] },
    meanVolumes: scanner.meanVolumes ?? false,
  }).map((weighting) => ({ ...weighting, b: scanner.effectiveB?.(weighting.b) ?? weighting.b }));
  const uids = {
    study: derivedUid("dwi-phantom study", String(seed)),
    series: derivedUid("dwi-phantom series", String(seed)),
    frameOfReference: derivedUid("dwi-phantom frame of reference", String(seed)),
  };
  await mkdir(folder, { recursive: true });
  const random = seededRandom(seed);
  const models = Array.from({ length: slices }, (_, slice) => sliceModel(geometry, slice));
  const files: string[] = [];
  for (const [volume, weighting] of scheme.entries()) {
    const datasets = models.map((model, slice): FileDataset => {
      const pixels = sliceSignal(model, weighting, geometry, noise, random);
      return sliceDataset(identity, uids, geometry, scanner, { volume, slice, weighting, pixels });
    });
    for (const dataset of scanner.pack?.(datasets, volume, geometry) ?? datasets) {
      const file = join(folder, `IM${String(files.length + 1).padStart(5, "0")}.dcm`);
      await writeFile(file, encodeFile(dataset));
      files.push(file);
    }
  }
  // what is computed from the others is no measurement
  const measured = scheme.filter(({ b, direction }) => b === 0 || direction);
  const tissueMl = volumes(models.flat(), geometry);
  const patientDirections = measured.map(({ direction }) => direction ?? NO_DIRECTION);
  const truth: DwiPhantomTruth = {
    identity,
    canaries: canariesOf(identity),
    seriesInstanceUid: uids.series,
    bValues: measured.map(({ b }) => b),
    directions: patientDirections,
    fslDirections: patientDirections.map((direction) => fslDirection(direction, geometry)),
    spotAt: (point) => {
      const spot = spotAt(alongHead(point, geometry));
      return spot && { tissue: spot.tissue.name, fibre: fromHead(spot.direction, geometry) };
    },
    headMl: Object.values(tissueMl).reduce((total, ml) => total + ml, 0),
    tissueMl,
    tissues: {
      grey: measures(TISSUES.grey),
      white: measures(TISSUES.white),
      tract: measures(TISSUES.tract),
      fluid: measures(TISSUES.fluid),
    },
  };
  return { files, studyInstanceUid: uids.study, truth };
}

/** dcm2niix turns the rows round, so that they run from back to front. */
function fslDirection(direction: Vector3, { rowAxis, columnAxis, sliceAxis }: PhantomGeometry): Vector3 {
  return [dot(direction, rowAxis), -dot(direction, columnAxis), dot(direction, sliceAxis)];
}

function volumes(spots: readonly (Spot | undefined)[], geometry: PhantomGeometry) {
  const voxelMl = (geometry.pixelSpacing ** 2 * geometry.sliceThickness) / 1000;
  const ml = { grey: 0, white: 0, tract: 0, fluid: 0 };
  for (const spot of spots) if (spot) ml[spot.tissue.name] += voxelMl;
  return ml;
}

/** Of an axially symmetric tensor. */
function measures({ axial, radial }: Tissue): { fa: number; md: number } {
  const size = Math.sqrt(axial ** 2 + 2 * radial ** 2);
  return { fa: Math.abs(axial - radial) / size, md: ((axial + 2 * radial) / 3) * 1000 };
}

/** The values that cannot occur by chance: long enough and marked as of a phantom. */
function canariesOf(identity: PhantomIdentity): string[] {
  return Object.entries(identity)
    .filter(([, value]) => value.includes("PH") && value.length >= SHORTEST_CANARY)
    .map(([, value]) => value);
}
