// Whole days of the browser's zone, as date fields have them, and the times between which the hub looks.

/**
 * @param day `2026-11-29`
 * @param later days to add: 1 for the end of a range
 */
export function dayStart(day: string, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(date) + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The day that a time began, or ended with `later` 1; empty without one. */
export function dayOf(time: string | undefined, later: number): string {
  if (time === undefined) return "";
  const at = new Date(time);
  at.setDate(at.getDate() - later);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
