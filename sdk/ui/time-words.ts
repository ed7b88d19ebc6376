// Times and durations in words.
import { locale, numberText } from "./language.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.4 s`, `42 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`: two units at most, never rounded up. */
export function durationWords(ms: number): string {
  if (ms < 0) return "0 s";
  if (ms < 10 * SECOND) return `${numberText(Math.floor(ms / 100) / 10)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  const pair = (big: number, bigWord: string, small: number, smallWord: string) => {
    const rest = Math.floor((ms % big) / small);
    return `${Math.floor(ms / big)} ${bigWord}${rest > 0 ? ` ${rest} ${smallWord}` : ""}`;
  };
  if (ms < HOUR) return pair(MINUTE, "min", SECOND, "s");
  if (ms < DAY) return pair(HOUR, "h", MINUTE, "min");
  return pair(DAY, "d", HOUR, "h");
}

/** One format of times for each language that was spoken so far. */
export function timeFormat(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  const formats = new Map<string, Intl.DateTimeFormat>();
  return (at) => {
    const own = locale();
    const format = formats.get(own) ?? new Intl.DateTimeFormat(own, options);
    formats.set(own, format);
    return format.format(at);
  };
}

const clock = timeFormat({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockWithSeconds = timeFormat({ timeStyle: "medium", hourCycle: "h23" });
const day = timeFormat({ day: "numeric", month: "short" });
const dayOfYear = timeFormat({ day: "numeric", month: "short", year: "numeric" });

/** `14:02` today, `21 Nov, 14:02` this year, `21 Nov 2025, 14:02` before. */
export function fullTime(at: Date, now: Date = new Date()): string {
  const time = clock(at);
  if (at.toDateString() === now.toDateString()) return time;
  const date = at.getFullYear() === now.getFullYear() ? day : dayOfYear;
  return `${date(at)}, ${time}`;
}

/** `14:02:31` */
export const clockTime = (at: Date): string => clockWithSeconds(at);

/** `2026-11-23 14:02:31 UTC` */
export const utcTime = (at: Date): string => `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
