// Reads a whole number that somebody typed.

/** @returns undefined when it is none, or not within both ends */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
