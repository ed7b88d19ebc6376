// Schedules and results of chores in words.
import { numberText } from "@thalamus/sdk/ui";
import type { ListChoresAnswer } from "../api.gen.ts";

export type ChoreRow = ListChoresAnswer["data"][number];

/** A-199 to A-204. */
const PRESETS: Readonly<Record<string, string>> = {
  "every-minute": "Every minute",
  "every-5-minutes": "Every 5 minutes",
  hourly: "Every hour",
  "daily-midnight": "Every day at 00:00",
  "daily-3am": "Every day at 03:00",
  "weekly-sunday-3am": "Every Sunday at 03:00",
};

const DAYS = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

/** `30 3 * * *` is `Every day at 03:30`; what has no plain words stays a cron expression. */
export function scheduleWords(schedule: string): string {
  const preset = PRESETS[schedule];
  if (preset !== undefined) return preset;
  const minutes = /^\*\/(\d{1,2}) \* \* \* \*$/.exec(schedule.trim())?.[1];
  if (minutes !== undefined) return minutes === "1" ? "Every minute" : `Every ${minutes} minutes`;
  const [, minute = "", hour = "", weekday = ""] =
    /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7])$/.exec(schedule.trim()) ?? [];
  if (minute === "") return `By cron: ${schedule}`;
  const day = weekday === "*" ? "day" : DAYS[Number(weekday)];
  return `Every ${day} at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}

/** `3 studies, 40 records`; what was 0 is left out. */
export function endWords(end: NonNullable<ChoreRow["lastEnd"]>): string {
  if (!end.ok) return `Failed${end.error === undefined ? "" : `: ${end.error}`}`;
  const done = Object.entries(end.counts).filter(([, count]) => count > 0);
  if (done.length === 0) return "Nothing to report";
  return done.map(([name, count]) => `${name}: ${numberText(count)}`).join(", ");
}
