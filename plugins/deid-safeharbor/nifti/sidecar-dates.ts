// Dates and times of a sidecar: as DICOM writes them, or as ISO 8601, moved as those of DICOM files are.
import { shiftDate } from "../values/date-shift.ts";

const MOMENT =
  /^(\d{4})(-?)(\d{2})\2(\d{2})(T?\d{1,2}:?\d{1,2}:?\d{1,2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const TIME = /^\d{1,2}(?::?\d{1,2}(?::?\d{1,2}(?:\.\d{1,9})?)?)?$/;

/** @returns in the form it had; undefined when it is no date */
export function shiftedMoment(text: string, days: number): string | undefined {
  const [, year, hyphen = "", month, day, time = "", zone = ""] = MOMENT.exec(text) ?? [];
  const moved = year === undefined ? undefined : shiftDate(`${year}${month}${day}`, days);
  if (moved === undefined) return undefined;
  return `${moved.slice(0, 4)}${hyphen}${moved.slice(4, 6)}${hyphen}${moved.slice(6)}${time}${zone}`;
}

/** @returns eight digits; undefined when it is no date */
export function eightDigits(value: unknown): string | undefined {
  const [, year, , month, day] = (typeof value === "string" && MOMENT.exec(value)) || [];
  return year === undefined ? undefined : `${year}${month}${day}`;
}

export const isTimeOfDay = (text: string): boolean => TIME.test(text);
