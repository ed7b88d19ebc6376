// What a bench is: a file `NAME.bench.ts` that exports one of these is found by itself.
import type { BenchOptions } from "./bench-options.ts";

export interface Bench {
  readonly name: string;
  /** One line for people. */
  readonly purpose: string;
  run(place: BenchPlace): Promise<BenchReport>;
}

export interface BenchPlace {
  /** Empty, on a real disk, removed afterwards. */
  readonly folder: string;
  readonly options: BenchOptions;
  /** Says how far it is. */
  progress(line: string): void;
}

export interface BenchReport {
  /** Tables for people. */
  readonly text: string;
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Whatever makes the figures worthless; one is enough to fail the bench. */
  readonly failures: readonly string[];
}
