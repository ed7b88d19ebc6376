// When a chore runs: one of six presets, or a cron expression for whoever wants another time.
import { Cron } from "croner";

/** as cron expressions. */
export const PRESETS = {
  "every-minute": "* * * * *",
  "every-5-minutes": "*/5 * * * *",
  hourly: "0 * * * *",
  "daily-midnight": "0 0 * * *",
  "daily-3am": "0 3 * * *",
  "weekly-sunday-3am": "0 3 * * 0",
} as const;

export type Preset = keyof typeof PRESETS;

/** The cron expression of a schedule: minute, hour, day of the month, month, day of the week. */
export const cronOf = (schedule: string): string => PRESETS[schedule as Preset] ?? schedule;

/** Why a schedule is none; undefined when it is one. */
export function scheduleProblem(schedule: string, timeZone?: string): string | undefined {
  const fields = cronOf(schedule).trim().split(/\s+/).length;
  if (fields !== 5) return `"${schedule}" is neither a preset (${presetNames}) nor five fields of cron`;
  try {
    const cron = new Cron(cronOf(schedule), { timezone: timeZone ?? "UTC", paused: true });
    return cron.nextRun() === null ? `"${schedule}" names a time that never comes` : undefined;
  } catch (error) {
    return `"${schedule}" is no cron expression: ${(error as Error).message}`;
  }
}

const presetNames = Object.keys(PRESETS).join(", ");

/**
 * The first time after `after` at which a schedule is due.
 * @param timeZone IANA name; that of the machine when left out
 */
export function nextRun(schedule: string, after: Date, timeZone?: string): Date {
  const options = timeZone === undefined ? {} : { timezone: timeZone };
  const next = new Cron(cronOf(schedule), { ...options, paused: true }).nextRun(after);
  if (next === null) throw new Error(`the schedule "${schedule}" names a time that never comes`);
  return next;
}
