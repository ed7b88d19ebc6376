// The tables of the de-identification bench.
import type { Spread } from "../kit/statistics.ts";
import { textTable } from "../kit/text-table.ts";
import type { CleanerResult } from "./cleaner-summary.ts";
import type { Cleaner } from "./cleaners.ts";

const HEAD = [
  "program",
  "files/s",
  "(min-max)",
  "MB/s",
  "CPU s/1000",
  "(min-max)",
  "peak MB",
  "what it does",
];

const NOTES = [
  "Whole programs, start-up included. CPU s/1000: for 1,000 files, all processes. Ratios: files/s of this project's",
  "program divided by the other's, median of the repetitions (min-max).",
].join("\n");

export function cleanersText(
  results: readonly CleanerResult[],
  cleaners: readonly Cleaner[],
  skipped: readonly { readonly cleaner: string; readonly why: string }[],
): string {
  const parts = [...Map.groupBy(results, ({ corpus }) => corpus)].map(([corpus, group]) => {
    const table = textTable(
      HEAD,
      group.map((result) => rowOf(result, cleaners)),
    );
    return [corpus, table, "", ratioTable(group)].join("\n");
  });
  const lines = skipped.map(({ cleaner, why }) => `SKIPPED ${cleaner}: ${why}`);
  return [...lines, ...parts, NOTES].join("\n\n");
}

function rowOf(result: CleanerResult, cleaners: readonly Cleaner[]): string[] {
  return [
    result.cleaner,
    result.filesPerSecond.median.toFixed(1),
    range(result.filesPerSecond, 1),
    result.megabytesPerSecond.median.toFixed(0),
    result.cpuPer1000.median.toFixed(2),
    range(result.cpuPer1000, 2),
    result.peakMb.median.toFixed(0),
    cleaners.find(({ name }) => name === result.cleaner)?.does ?? "",
  ];
}

function ratioTable(group: readonly CleanerResult[]): string {
  const own = group.filter(({ cleaner }) => cleaner.startsWith("deid"));
  const rows = own.flatMap(({ cleaner, ratios }) =>
    Object.entries(ratios).map(([other, ratio]) => [
      `${cleaner} / ${other}`,
      ratio.median.toFixed(2),
      range(ratio, 2),
    ]),
  );
  return textTable(["ratio", "files/s", "(min-max)"], rows);
}

const range = ({ min, max }: Spread, digits: number): string =>
  `(${min.toFixed(digits)}-${max.toFixed(digits)})`;
