// Tells whether it is a time of the day at which a site wants to be left alone.
import type { QuietHours } from "@thalamus/sdk";

/** @param timeZone of the site, `Europe/Berlin`; the machine's own when left out */
export function isQuiet(hours: QuietHours | undefined, now: Date, timeZone?: string): boolean {
  if (hours === undefined || hours.from === hours.to) return false;
  const parts = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const clock = parts.format(now);
  const { from, to } = hours;
  return from < to ? clock >= from && clock < to : clock >= from || clock < to;
}
