// Judges a measured series: every check with its value, its limit and a pass, warn or fail.
import { type DiffusionSeries, voxelMl } from "../images/diffusion-series.ts";
import { B0_LIMIT, countDirections, type GradientTable } from "../tensor/gradient-table.ts";
import { quantile } from "../tensor/map-statistics.ts";
import type { TensorFit } from "../tensor/tensor-fit.ts";
import type { TensorMaps } from "../tensor/tensor-maps.ts";
import type { GradientOrientation } from "./gradient-orientation.ts";
import type { SliceSignals } from "./slice-dropouts.ts";

export type Verdict = "pass" | "warn" | "fail";

/** One line of the quality table. `raw` is the number behind `value`, null when it cannot be given. */
export interface QualityCheck {
  id: string;
  name: string;
  raw: number | null;
  value: string;
  limit: string;
  status: Verdict;
}

export interface Measured {
  series: DiffusionSeries;
  table: GradientTable;
  voxels: Int32Array;
  fit: TensorFit;
  maps: TensorMaps;
  sliceSignals: SliceSignals;
  displacements: Float64Array;
  orientation: GradientOrientation;
}

/** Median over the voxels of S0 / residual SD; needs no background, and counts misfit as noise. */
export function signalToNoise(fit: TensorFit, volumes: number): number {
  const degreesOfFreedom = Math.max(1, volumes - 7);
  const ratios = fit.logS0.map(
    (logS0, k) => Math.exp(logS0) / Math.sqrt(fit.squaredResidual[k]! / degreesOfFreedom),
  );
  return quantile(ratios.sort(), 0.5);
}

/** The worst verdict of all checks. */
export function overallVerdict(checks: readonly QualityCheck[]): Verdict {
  if (checks.some((check) => check.status === "fail")) return "fail";
  return checks.some((check) => check.status === "warn") ? "warn" : "pass";
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** All checks, in the order in which the report prints them. */
export function checkQuality(measured: Measured): QualityCheck[] {
  const { series, table, voxels, fit, maps, sliceSignals, displacements, orientation } = measured;
  const weighted = [...table.bValues.keys()].filter((v) => table.bValues[v]! > B0_LIMIT);
  const directions = countDirections(table, weighted);
  const unweighted = table.volumes - weighted.length;
  const highestB = Math.max(...table.bValues);
  const noise = signalToNoise(fit, table.volumes);
  const dropoutShare = sliceSignals.dropouts.length / Math.max(1, sliceSignals.tested);
  const largest = Math.max(...displacements);
  const mean = displacements.reduce((sum, value) => sum + value, 0) / displacements.length;
  const nonPositive = maps.nonPositiveVoxels / voxels.length;
  const zeros = fit.zeroSignalVoxels / voxels.length;
  const maskMl = voxels.length * voxelMl(series.grid);

  const check = (
    id: string,
    name: string,
    raw: number,
    value: string,
    limit: string,
    warn: boolean,
    fail = false,
  ): QualityCheck => {
    const status = fail ? "fail" : warn ? "warn" : "pass";
    return { id, name, raw: Number.isFinite(raw) ? raw : null, value, limit, status };
  };
  return [
    check(
      "directions",
      "Distinct directions",
      directions,
      String(directions),
      "6 needed, 20 or more advised",
      directions < 20,
      directions < 6,
    ),
    check("b0", "Volumes with b = 0", unweighted, String(unweighted), "1 needed, more advised", false),
    check(
      "bmax",
      "Highest b-value in the tensor",
      highestB,
      `${highestB.toFixed(0)} s/mm\u00b2`,
      "700 to 1500 s/mm\u00b2",
      highestB > 1600 || highestB < 650,
    ),
    check(
      "snr",
      "Signal to noise of b = 0",
      noise,
      noise.toFixed(1),
      "15 or more (S0 / residual SD)",
      !(noise >= 15),
      !(noise >= 6),
    ),
    check(
      "dropouts",
      "Slice signal drop-outs",
      sliceSignals.dropouts.length,
      sliceSignals.tested > 0
        ? `${sliceSignals.dropouts.length} of ${sliceSignals.tested}`
        : "too few directions to tell",
      "none; 5 % or more fails",
      sliceSignals.dropouts.length > 0,
      dropoutShare >= 0.05,
    ),
    check(
      "motionMax",
      "Apparent displacement, largest",
      largest,
      `${largest.toFixed(2)} mm`,
      "2 mm or less",
      largest > 2,
    ),
    check(
      "motionMean",
      "Apparent displacement, mean",
      mean,
      `${mean.toFixed(2)} mm`,
      "1 mm or less",
      mean > 1,
    ),
    check(
      "gradientOrientation",
      "Gradient table orientation",
      orientation.margin,
      orientation.asGivenIsBest ? "as given fits best" : `fits better: ${orientation.best}`,
      "best of 24 alternatives",
      !orientation.asGivenIsBest,
    ),
    check(
      "nonPositive",
      "Voxels with an eigenvalue of 0 or less",
      nonPositive,
      percent(nonPositive),
      "3 % or less",
      nonPositive > 0.03,
    ),
    check("zeros", "Voxels with a zero signal", zeros, percent(zeros), "1 % or less", zeros > 0.01),
    check(
      "maskVolume",
      "Mask volume",
      maskMl,
      `${maskMl.toFixed(0)} ml`,
      "900 to 1900 ml",
      maskMl < 900 || maskMl > 1900,
    ),
  ];
}
