// What further images of a long run cost: a program's start and what it compiles as it goes are paid once.
import { spread } from "../kit/statistics.ts";
import type { CleanerSample } from "./cleaner-summary.ts";

/** @returns a line for each program that had a short run and a long one */
export function furtherText(samples: readonly CleanerSample[]): string[] {
  const lines: string[] = [];
  for (const [cleaner, own] of Map.groupBy(samples, (sample) => sample.cleaner)) {
    const costs = [...Map.groupBy(own, ({ repetition }) => repetition).values()].flatMap(costOfFurther);
    if (costs.length === 0) continue;
    const { median, min, max } = spread(costs);
    const range = `(${min.toFixed(2)}-${max.toFixed(2)})`;
    lines.push(`${cleaner}: ${median.toFixed(2)} ${range} CPU s for each further 1,000 images of a long run`);
  }
  return lines;
}

/** Of one repetition. @returns none when there was no longer run */
function costOfFurther(samples: readonly CleanerSample[]): number[] {
  const images = samples
    .filter(({ corpus }) => corpus.endsWith("MR images"))
    .sort((a, b) => a.files - b.files);
  const [short, long] = [images[0], images.at(-1)];
  if (!short || !long || long.files === short.files) return [];
  return [(1000 * (long.cpuSeconds - short.cpuSeconds)) / (long.files - short.files)];
}
