// Judges one number by a range rule, and says the range in words.
import type { RangeRule } from "./ifu-profile.ts";

export function isWithin(value: number, { min = -Infinity, max = Infinity }: RangeRule): boolean {
  return value >= min && value <= max;
}

/** `6000 to 17000 ms`, `at least 30 directions`, `at most 3 T`, `any` */
export function rangeWords({ min, max }: RangeRule, unit: string): string {
  const with_ = unit === "" ? "" : ` ${unit}`;
  if (min !== undefined && max !== undefined)
    return min === max ? `${min}${with_}` : `${min} to ${max}${with_}`;
  if (min !== undefined) return `at least ${min}${with_}`;
  return max === undefined ? "any" : `at most ${max}${with_}`;
}

/** Enough digits to tell whether it is in the range, and no more: 2.0000001 is shown as 2. */
export const shortNumber = (value: number): string => String(Number(value.toFixed(3)));
