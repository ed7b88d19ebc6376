// Schedules and results of chores in words.

import { numberText, phrase, say } from "@thalamus/sdk/ui";
import type { ListChoresAnswer } from "../api.gen.ts";
import { WEEKDAYS } from "../list/weekdays.ts";

export type ChoreRow = ListChoresAnswer["data"][number];

/** */
const PRESETS: Readonly<Record<string, string>> = {
  "every-minute": phrase("Every minute"),
  "every-5-minutes": phrase("Every 5 minutes"),
  hourly: phrase("Every hour"),
  "daily-midnight": phrase("Every day at 00:00"),
  "daily-3am": phrase("Every day at 03:00"),
  "weekly-sunday-3am": phrase("Every Sunday at 03:00"),
};

/** `30 3 * * *` is `Every day at 03:30`; what has no plain words stays a cron expression. */
export function scheduleWords(schedule: string): string {
  const preset = PRESETS[schedule];
  if (preset !== undefined) return say(preset);
  const minutes = /^\*\/(\d{1,2}) \* \* \* \*$/.exec(schedule.trim())?.[1];
  if (minutes !== undefined)
    return say("Every minute |||| Every %{count} minutes", { count: Number(minutes) });
  const [, minute = "", hour = "", weekday = ""] =
    /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7])$/.exec(schedule.trim()) ?? [];
  if (minute === "") return say("By cron: %{schedule}", { schedule });
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (weekday === "*") return say("Every day at %{time}", { time });
  return say("Every %{day} at %{time}", { day: say(WEEKDAYS[Number(weekday) % 7]!), time });
}

/** `3 studies, 40 records`; what was 0 is left out. */
export function endWords(end: NonNullable<ChoreRow["lastEnd"]>): string {
  if (!end.ok) return end.error === undefined ? say("Failed") : `${say("Failed")}: ${end.error}`;
  const done = Object.entries(end.counts).filter(([, count]) => count > 0);
  if (done.length === 0) return say("Nothing to report");
  return done.map(([name, count]) => `${name}: ${numberText(count)}`).join(", ");
}
