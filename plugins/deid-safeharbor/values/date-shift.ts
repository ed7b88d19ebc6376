// Moves dates by the patient's secret number of days (45 CFR 164.514(b)(2)(i)(C)); times of day stay.
import { createHmac, type KeyObject } from "node:crypto";

const DAY_MS = 86_400_000;
const DATE = /^(\d{4})(?:(\d{2})(\d{2})|\.(\d{2})\.(\d{2}))$/;
/** PS3.5 6.2, VR DT: parts may be missing from the end; a zone may follow. */
const DATE_TIME = /^(\d{4})(\d{2})?(\d{2})?((?:\d{2}){0,3}(?:\.\d{1,6})?)([+-]\d{4})?$/;

/**
 * The same for a patient in every study, revision and run, and not to be told from the outside without the key.
 * @param patient what names one patient for good
 * @returns days, -range to +range, never 0
 */
export function dateOffset(key: KeyObject, patient: string, rangeDays: number): number {
  const digest = createHmac("sha256", key).update(patient).digest();
  // 48 bits over at most 73,000 values: no value is favoured by more than one in 10^9
  const choice = digest.readUIntBE(0, 6) % (2 * rangeDays);
  return choice < rangeDays ? choice - rangeDays : choice - rangeDays + 1;
}

/** @returns the shifted date, in today's form where it had the one of ACR-NEMA; undefined when it is no date */
export function shiftDate(text: string, days: number): string | undefined {
  const [, year, month, day, oldMonth, oldDay] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  return shifted8(year, month ?? oldMonth ?? "", day ?? oldDay ?? "", days);
}

/** @returns the shifted moment, as exact as it was, with its time of day and zone; undefined when it is none */
export function shiftDateTime(text: string, days: number): string | undefined {
  const [, year, month, day, time = "", zone = ""] = DATE_TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  // of a month or a year the middle is moved
  const shifted = shifted8(year, month ?? "07", day ?? "15", days);
  if (shifted === undefined) return undefined;
  const exact = day === undefined ? (month === undefined ? 4 : 6) : 8;
  return `${shifted.slice(0, exact)}${time}${zone}`;
}

function shifted8(year: string, month: string, day: string, days: number): string | undefined {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 20240231 is no date
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const moved = new Date(date.getTime() + days * DAY_MS);
  const [newYear, newMonth, newDay] = [moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate()];
  return `${digits(newYear, 4)}${digits(newMonth, 2)}${digits(newDay, 2)}`;
}

const digits = (value: number, count: number): string => String(value).padStart(count, "0");

/** PS3.5 6.2, VR TM, also in the form of ACR-NEMA with colons; nothing else stays as a time. */
export const isTime = (text: string): boolean =>
  /^\d{2}(?::?\d{2}(?::?\d{2}(?:\.\d{1,6})?)?)?$/.test(text) || text === "";
