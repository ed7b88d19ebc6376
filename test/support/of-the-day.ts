// What would take too long in every run: the suite does a few of it, others every day, and `npm run test:full` all.

const IN_FULL = process.env["THALAMUS_TESTS"] === "full";
/** Counted from 1970; a seed that finds more than one that never changes. `THALAMUS_DAY` goes back to a day that failed. */
export const DAY = Number(process.env["THALAMUS_DAY"] ?? Math.floor(Date.now() / 86_400_000));

/** @returns `few` of the list that follow one another, the next ones tomorrow; all of them in the full suite */
export function ofTheDay<T>(all: readonly T[], few: number): readonly T[] {
  if (IN_FULL || few >= all.length) return all;
  const first = (DAY * few) % all.length;
  return Array.from({ length: few }, (_, index) => all[(first + index) % all.length]!);
}
