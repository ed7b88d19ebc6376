// Medians of all repetitions, and how this project's de-identification compares with each of the others.
import { type Spread, spread } from "../kit/statistics.ts";
import type { ProgramCost } from "./measured-program.ts";

export interface CleanerSample extends ProgramCost {
  readonly cleaner: string;
  readonly corpus: string;
  readonly files: number;
  /** Of the source. */
  readonly bytes: number;
  readonly repetition: number;
}

export interface CleanerResult {
  readonly cleaner: string;
  readonly corpus: string;
  readonly filesPerSecond: Spread;
  readonly megabytesPerSecond: Spread;
  readonly cpuPer1000: Spread;
  readonly peakMb: Spread;
  /** Files per second divided by those of each other program in the same repetition. */
  readonly ratios: Readonly<Record<string, Spread>>;
}

const rateOf = ({ files, seconds }: CleanerSample): number => files / seconds;

export function summarizeCleaners(samples: readonly CleanerSample[]): CleanerResult[] {
  const groups = Map.groupBy(samples, ({ corpus, cleaner }) => `${corpus}/${cleaner}`);
  return [...groups.values()].map((group) => {
    const { cleaner, corpus } = group[0]!;
    const of = (value: (sample: CleanerSample) => number) => spread(group.map(value));
    return {
      cleaner,
      corpus,
      filesPerSecond: of(rateOf),
      megabytesPerSecond: of(({ bytes, seconds }) => bytes / 1e6 / seconds),
      cpuPer1000: of(({ cpuSeconds, files }) => (cpuSeconds / files) * 1000),
      peakMb: of(({ peakBytes }) => peakBytes / 1e6),
      ratios: ratiosOf(group, samples),
    };
  });
}

function ratiosOf(own: readonly CleanerSample[], all: readonly CleanerSample[]): Record<string, Spread> {
  const { cleaner, corpus } = own[0]!;
  const others = all.filter((sample) => sample.corpus === corpus && sample.cleaner !== cleaner);
  const ratios: Record<string, Spread> = {};
  for (const [name, samples] of Map.groupBy(others, (sample) => sample.cleaner)) {
    const pairs = own.flatMap((sample) => {
      const other = samples.find(({ repetition }) => repetition === sample.repetition);
      return other ? [rateOf(sample) / rateOf(other)] : [];
    });
    if (pairs.length > 0) ratios[name] = spread(pairs);
  }
  return ratios;
}
