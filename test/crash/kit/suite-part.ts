// What every part of the crash suite is given and needs.
import type { SeededRandom } from "../../../sdk/testing/seeded-random.ts";
import type { KillablePostgres } from "./killable-postgres.ts";
import type { RoundReport } from "./round-report.ts";

export interface PartOptions {
  readonly rounds: number;
  readonly random: SeededRandom;
  readonly postgres: KillablePostgres;
  readonly told: (report: RoundReport) => void;
}

/** A whole number from the least to below the most. */
export const between = ({ uniform }: SeededRandom, [least, most]: readonly [number, number]): number =>
  least + Math.floor(uniform() * (most - least));
