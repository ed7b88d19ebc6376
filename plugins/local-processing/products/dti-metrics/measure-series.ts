// Measures a diffusion series from its gradient table to regions and quality checks.
import { createHash } from "node:crypto";
import type { Job } from "./contract/job.ts";
import type { Messages } from "./contract/messages.ts";
import { Unsuitable } from "./contract/refusal.ts";
import { type ChosenSeries, tensorVolumes } from "./images/choose-series.ts";
import {
  type DiffusionSeries,
  interiorVoxels,
  meanVolume,
  takeVolumes,
  voxelMl,
  voxelsOf,
} from "./images/diffusion-series.ts";
import { measureApparentMotion } from "./quality/apparent-motion.ts";
import { testGradientOrientation } from "./quality/gradient-orientation.ts";
import { checkQuality, overallVerdict } from "./quality/quality-checks.ts";
import { findSliceDropouts } from "./quality/slice-dropouts.ts";
import type { Measurement, Metric, NotComputed } from "./report/measurement.ts";
import { findBrain } from "./tensor/brain-mask.ts";
import { decideFreeWater, type FreeWaterDecision } from "./tensor/free-water-eligibility.ts";
import {
  countDirections,
  findShells,
  type GradientTable,
  imageToScanner,
  selectVolumes,
} from "./tensor/gradient-table.ts";
import { describeMap } from "./tensor/map-statistics.ts";
import { findRegions } from "./tensor/regions.ts";
import { mapTensors, type TensorMaps } from "./tensor/tensor-maps.ts";
import type { VoxelThreads } from "./tensor/voxel-threads.ts";

const FEWEST_SLICES = 5;

const HASHED_AT_ONCE = 16 * 1024 ** 2;

/** Millilitres. A whole head with scalp can reach the upper end, a child's brain the lower. */
const PLAUSIBLE_MASK = [300, 2500] as const;

function hashInput(series: DiffusionSeries, table: GradientTable): string {
  const hash = createHash("sha256");
  for (const values of [series.stored, table.bValues, table.directions]) {
    // in pieces: a signal that ends the run must not wait for a gigabyte
    for (let at = 0; at < values.byteLength; at += HASHED_AT_ONCE) {
      const count = Math.min(HASHED_AT_ONCE, values.byteLength - at);
      hash.update(Buffer.from(values.buffer, values.byteOffset + at, count));
    }
  }
  return hash.digest("hex");
}

function findMask(series: DiffusionSeries, table: GradientTable) {
  const unweighted = meanVolume(series, findShells(table)[0]!.volumes);
  const { mask } = findBrain(unweighted, series.grid);
  const voxels = voxelsOf(mask);
  const ml = voxels.length * voxelMl(series.grid);
  const [least, most] = PLAUSIBLE_MASK;
  if (ml < least || ml > most) {
    throw new Unsuitable(
      "MASK_IMPLAUSIBLE",
      `the mask has ${ml.toFixed(0)} ml (${least} to ${most} expected): not a brain, or not covered`,
    );
  }
  return { unweighted, mask, voxels };
}

function metricsOf(maps: TensorMaps, freeWater: Float32Array | undefined): Metric[] {
  const diffusivity = { unit: "10^-3 mm2/s", window: [0, 3] } as const;
  const metrics: Metric[] = [
    { id: "FA", name: "Fractional anisotropy", unit: "1", map: maps.FA, window: [0, 1] },
    { id: "MD", name: "Mean diffusivity", map: maps.MD, ...diffusivity },
    { id: "AD", name: "Axial diffusivity", map: maps.AD, ...diffusivity },
    { id: "RD", name: "Radial diffusivity", map: maps.RD, ...diffusivity },
  ];
  if (freeWater) {
    metrics.push({ id: "FW", name: "Free-water fraction", unit: "1", map: freeWater, window: [0, 1] });
  }
  return metrics;
}

/** What the hub calls the series; without that its number, because descriptions in DICOM are free text. */
function nameSeries(job: Job, chosen: ChosenSeries): string {
  const source = chosen.source.replaceAll("\\", "/");
  const told = job.series.find(
    (series) => series.path && source.startsWith(series.path.replace(/^\.\//, "")),
  );
  if (told?.description) return told.description;
  return chosen.sidecar.SeriesNumber === undefined ? "not named" : `number ${chosen.sidecar.SeriesNumber}`;
}

/**
 * Measures a series.
 *
 * @param series all volumes of the chosen image
 * @throws Unsuitable VOLUME_MISMATCH, TOO_FEW_SLICES or MASK_IMPLAUSIBLE
 */
export async function measureSeries(
  series: DiffusionSeries,
  chosen: ChosenSeries,
  job: Job,
  created: Date,
  messages: Messages,
  threads: VoxelThreads,
): Promise<Measurement> {
  const { table } = chosen;
  const { grid } = series;
  if (series.volumes !== table.volumes) {
    throw new Unsuitable("VOLUME_MISMATCH", `${series.volumes} volumes but ${table.volumes} b-values`);
  }
  if (grid.size[2] < FEWEST_SLICES) {
    throw new Unsuitable("TOO_FEW_SLICES", `${grid.size[2]} slices, at least ${FEWEST_SLICES} are needed`);
  }
  const { parameters } = job;
  const volumes = tensorVolumes(table, parameters.maxB);
  const tensorSeries = takeVolumes(series, volumes);
  const tensorTable = selectVolumes(table, volumes);

  messages.progress(0.22, "mask");
  const { unweighted, mask, voxels } = findMask(tensorSeries, tensorTable);

  messages.progress(0.3, "tensor", `${voxels.length} voxels, ${tensorTable.volumes} volumes`);
  const fit = await threads.fitTensor(tensorSeries, tensorTable, voxels, parameters.iterations, (done) =>
    messages.progress(0.3 + 0.25 * done, "tensor"),
  );
  const maps = mapTensors(fit, voxels, series.voxelsPerVolume, imageToScanner(grid.affine));

  const decision: FreeWaterDecision =
    parameters.freeWater === "off"
      ? { possible: false, code: "FW_OFF", reason: "switched off in the job" }
      : decideFreeWater(table);
  const notComputed: NotComputed[] = [];
  let freeWater: Float32Array | undefined;
  if (decision.possible) {
    const used = takeVolumes(series, decision.volumes);
    messages.progress(0.55, "free-water", `${decision.volumes.length} volumes`);
    freeWater = await threads.mapFreeWater(used, selectVolumes(table, decision.volumes), voxels, (done) =>
      messages.progress(0.55 + 0.2 * done, "free-water"),
    );
  } else {
    notComputed.push({ what: "free-water fraction", code: decision.code, reason: decision.reason });
  }

  messages.progress(0.76, "quality");
  const sliceSignals = findSliceDropouts(tensorSeries, tensorTable, voxels);
  const displacements = measureApparentMotion(tensorSeries, tensorTable, mask, voxels, fit);
  const orientation = testGradientOrientation(fit, voxels, grid);
  const checks = checkQuality({
    series: tensorSeries,
    table: tensorTable,
    voxels,
    fit,
    maps,
    sliceSignals,
    displacements,
    orientation,
  });

  const metrics = metricsOf(maps, freeWater);
  const regions = findRegions(maps, interiorVoxels(mask, voxels, grid)).map((region) => ({
    ...region,
    volumeMl: region.voxels.length * voxelMl(grid),
    statistics: Object.fromEntries(metrics.map(({ id, map }) => [id, describeMap(map, region.voxels)])),
  }));
  return {
    job,
    created,
    seriesName: nameSeries(job, chosen),
    seen: chosen.seen,
    sidecar: chosen.sidecar,
    grid,
    table,
    shells: findShells(table).map((shell) => ({
      b: Math.round(shell.b),
      volumes: shell.volumes.length,
      directions: countDirections(table, shell.volumes),
    })),
    tensorTable,
    mask,
    unweighted,
    maps,
    metrics,
    regions,
    notComputed,
    checks,
    verdict: overallVerdict(checks),
    sliceSignals,
    displacements,
    inputHash: hashInput(series, table),
  };
}
