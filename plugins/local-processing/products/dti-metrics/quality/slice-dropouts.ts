// Finds slices whose signal collapsed in one volume, usually because the head moved during the diffusion pulse.
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { findShells, type GradientTable, type Shell } from "../tensor/gradient-table.ts";
import { medianOf } from "../tensor/map-statistics.ts";
import { type LeftOut, leftOutErrors } from "./left-out.ts";
import { type SliceLevels, sliceLevels } from "./slice-levels.ts";

/** A shell with fewer volumes has no level of its own. */
const FEWEST_VOLUMES = 3;
/** Elements of a tensor without its trace. */
const ANISOTROPIC = 5;
/** With fewer volumes beyond the unknowns the model follows every loss. */
const FEWEST_SPARE = 3;
const LARGEST_Z = -5;
const SMALLEST_LOSS = 0.08;
/** Keeps very clean data from flagging harmless differences. */
const SMALLEST_SPREAD = 0.005;
/** Makes the median absolute deviation estimate a standard deviation. */
const MAD_TO_SD = 1.4826;

export interface SliceDropout {
  volume: number;
  slice: number;
  /** Slice signal as a share of what the other volumes let expect. */
  ratio: number;
  robustZ: number;
}

export interface SliceSignals {
  dropouts: SliceDropout[];
  /** Pairs of slice and diffusion-weighted volume that were judged. */
  tested: number;
  /** Relative signal, index volume * slices + slice; NaN where it cannot be judged. */
  relative: Float64Array;
  slices: number;
}

/**
 * Compares the signal of each slice in each volume with what the other volumes let expect.
 *
 * The mean over a slice of the log signal is linear in the mean tensor, so one small fit a slice is enough: a level for
 * each shell, and the five anisotropic elements of a tensor for all of them. A level of its own for each shell, because
 * one tensor over several shells predicts each with a constant offset that is no drop-out. Each volume is held against
 * the fit to all others, because a fit that includes a loss follows it, the more so the fewer directions there are; what
 * is found is taken out and the rest is looked at again.
 *
 * A shell of one or two volumes is held against the line between the unweighted level and the largest shell's, and that
 * against the other slices.
 *
 * @param series the volumes of the tensor, with their table
 */
export function findSliceDropouts(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
): SliceSignals {
  const measured = sliceLevels(series, voxels);
  const { levels, slices, counts, judged } = measured;
  const shells = findShells(table);
  const unweighted = shells.find(({ b }) => b === 0);
  const weighted = shells.filter(({ b }) => b > 0);
  const large = weighted.filter(({ volumes }) => volumes.length >= FEWEST_VOLUMES);
  const signals: SliceSignals = {
    dropouts: [],
    tested: 0,
    relative: new Float64Array(levels.length).fill(Number.NaN),
    slices,
  };
  if (unweighted) putUnweighted(measured, unweighted, signals);
  const model = modelOf(table, large);
  if (model === undefined) return signals;
  const usual = usualSpread(measured, model);
  for (const slice of judged) {
    judgeSlice(
      model,
      levelsOf(measured, model.volumes, slice),
      usual / Math.sqrt(counts[slice]!),
      slice,
      signals,
    );
  }
  for (const shell of weighted)
    if (!large.includes(shell)) judgeSmall(measured, shell, unweighted, large, signals);
  return signals;
}

/** The volumes of the larger shells, each with its row of the design: levels of the shells, then the tensor. */
interface Model {
  readonly volumes: readonly number[];
  readonly rows: readonly Float64Array[];
}

/** b in ms/um2; the trace of the tensor is in the levels. */
function modelOf(table: GradientTable, shells: readonly Shell[]): Model | undefined {
  const volumes = shells.flatMap((shell) => shell.volumes);
  if (volumes.length < shells.length + ANISOTROPIC + FEWEST_SPARE) return undefined;
  const rows = shells.flatMap((shell, index) =>
    shell.volumes.map((v) => {
      const b = table.bValues[v]! / 1000;
      const [x = 0, y = 0, z = 0] = table.directions.subarray(3 * v, 3 * v + 3);
      const row = new Float64Array(shells.length + ANISOTROPIC);
      row[index] = 1;
      row.set(
        [z * z - x * x, z * z - y * y, -2 * x * y, -2 * x * z, -2 * y * z].map((g) => b * g),
        shells.length,
      );
      return row;
    }),
  );
  return { volumes, rows };
}

const levelsOf = ({ levels, slices }: SliceLevels, volumes: readonly number[], slice: number): Float64Array =>
  Float64Array.from(volumes, (v) => levels[v * slices + slice]!);

/** Standard deviation of a level around the model, of one voxel: the median over the slices, so that few bad ones do not count. */
function usualSpread(measured: SliceLevels, { volumes, rows }: Model): number {
  const spreads = measured.judged.flatMap((slice) => {
    const fit = leftOutErrors(rows, levelsOf(measured, volumes, slice), () => true);
    return fit ? [Math.sqrt(fit.variance * measured.counts[slice]!)] : [];
  });
  return spreads.length > 0 ? medianOf(spreads) : 0;
}

/** Takes out the worst volume as long as there is one that is too low. */
function judgeSlice(
  { volumes, rows }: Model,
  values: Float64Array,
  usual: number,
  slice: number,
  signals: SliceSignals,
): void {
  const out = new Set<number>();
  const fitRest = () => leftOutErrors(rows, values, (n) => !out.has(n));
  const mostOut = (volumes.length - rows[0]!.length) / 2;
  let fit = fitRest();
  const zOf = ({ errors, variances }: LeftOut, n: number, spread: number) =>
    errors[n]! / (Math.max(SMALLEST_SPREAD, spread) * Math.sqrt(variances[n]!));
  while (fit && out.size < mostOut) {
    const scores = volumes.map((_, n) => (out.has(n) ? 0 : zOf(fit!, n, usual)));
    const worst = scores.indexOf(Math.min(...scores));
    if (!(scores[worst]! < LARGEST_Z && isLoss(fit.errors[worst]!))) break;
    out.add(worst);
    fit = fitRest();
  }
  if (!fit) return;
  // a slice that scatters more than the others, by pulsation for example, is judged by its own scatter
  const spread = Math.max(usual, Math.sqrt(fit.variance));
  for (const [n, volume] of volumes.entries()) {
    signals.relative[volume * signals.slices + slice] = Math.exp(fit.errors[n]!);
    signals.tested++;
    const robustZ = zOf(fit, n, spread);
    if (out.has(n) && robustZ < LARGEST_Z && isLoss(fit.errors[n]!)) {
      signals.dropouts.push({ volume, slice, ratio: Math.exp(fit.errors[n]!), robustZ });
    }
  }
}

const isLoss = (error: number): boolean => Math.exp(error) < 1 - SMALLEST_LOSS;

/** For the picture only: what is low at b = 0 is low in all that follows. */
function putUnweighted(measured: SliceLevels, { volumes }: Shell, { relative, slices }: SliceSignals): void {
  for (const slice of measured.judged) {
    const values = levelsOf(measured, volumes, slice);
    const level = medianOf(values);
    volumes.forEach((v, n) => {
      relative[v * slices + slice] = Math.exp(values[n]! - level);
    });
  }
}

function judgeSmall(
  measured: SliceLevels,
  shell: Shell,
  unweighted: Shell | undefined,
  large: readonly Shell[],
  signals: SliceSignals,
): void {
  const { judged, slices } = measured;
  const main = large.toSorted((a, b) => b.volumes.length - a.volumes.length)[0]!;
  const levelOf = ({ volumes }: Shell, slice: number) => medianOf(levelsOf(measured, volumes, slice));
  for (const volume of shell.volumes) {
    const differences = judged.map((slice) => {
      const end = levelOf(main, slice);
      const start = unweighted ? levelOf(unweighted, slice) : end;
      return measured.levels[volume * slices + slice]! - (start + (shell.b / main.b) * (end - start));
    });
    const usual = medianOf(differences);
    const spread = Math.max(
      SMALLEST_SPREAD,
      MAD_TO_SD * medianOf(differences.map((one) => Math.abs(one - usual))),
    );
    judged.forEach((slice, n) => {
      const error = differences[n]! - usual;
      signals.relative[volume * slices + slice] = Math.exp(error);
      signals.tested++;
      const robustZ = error / spread;
      if (robustZ < LARGEST_Z && isLoss(error)) {
        signals.dropouts.push({ volume, slice, ratio: Math.exp(error), robustZ });
      }
    });
  }
}
