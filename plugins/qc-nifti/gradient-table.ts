// Reads .bval and .bvec tables (FSL's format) in both layouts that programs write.
import { vectorOf, type Weighting } from "@thalamus/sdk/quality";

export interface GradientTable {
  readonly weightings: readonly Weighting[];
  /** Volumes with a b value above 100 whose direction is zero or no number. */
  readonly undirected: number;
  /** Volumes with a direction that is not of unit length. */
  readonly unnormalized: number;
}

/** What some programs write for the direction of a volume without weighting. */
const NO_DIRECTION = /^[+-]?nan$/i;
const WEIGHTED_MIN = 100;
const UNIT_TOLERANCE = 0.1;

/** @returns rows of numbers, NaN where a direction is none; undefined when anything in it is no number */
export function tableOf(text: string, kind: "bval" | "bvec"): number[][] | undefined {
  const rows = text.split(/\r?\n|\r/).map((line) => line.split(/[\s,]+/).filter(Boolean));
  const filled = rows.filter((row) => row.length > 0);
  const isNumber = (token: string) =>
    Number.isFinite(Number(token)) || (kind === "bvec" && NO_DIRECTION.test(token));
  if (!filled.flat().every(isNumber)) return undefined;
  return filled.map((row) => row.map(Number));
}

/** Three rows with a column for each volume, or a row of three for each volume. */
export function directionsOf(bvec: readonly (readonly number[])[], volumes: number): number[][] | undefined {
  const [first, second, third] = bvec;
  if (bvec.length === 3 && bvec.every((row) => row.length === volumes)) {
    return first!.map((x, volume) => [x, second![volume]!, third![volume]!]);
  }
  if (bvec.length === volumes && bvec.every((row) => row.length === 3)) return bvec.map((row) => [...row]);
  return undefined;
}

export function gradientTable(bvals: readonly number[], directions: readonly number[][]): GradientTable {
  const weightings = bvals.map((b, volume) => ({ b, direction: vectorOf(directions[volume] ?? []) }));
  const weighted = weightings.filter(({ b }) => b >= WEIGHTED_MIN);
  const lengths = weighted.flatMap(({ direction }) => (direction ? [Math.hypot(...direction)] : []));
  return {
    weightings,
    undirected: weighted.filter(({ direction }) => direction === undefined).length,
    unnormalized: lengths.filter((length) => Math.abs(length - 1) > UNIT_TOLERANCE).length,
  };
}
