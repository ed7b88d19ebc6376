// What the states of groups and their reports are called, and schedules in words.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import HelpOutlined from "@mui/icons-material/HelpOutlined";
import ScheduleOutlined from "@mui/icons-material/ScheduleOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import SyncOutlined from "@mui/icons-material/SyncOutlined";
import type { Tone } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import type { GroupInfo, GroupReportInfo } from "../api.gen.ts";

export interface ChipWords {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: ElementType;
}

export const REPORT_WORDS: Readonly<Record<GroupReportInfo["state"], ChipWords>> = {
  kept: { word: "For download", tone: "neutral", icon: BlockOutlined },
  ready: { word: "Waits", tone: "work", icon: ScheduleOutlined },
  sending: { word: "Sending", tone: "work", icon: SendOutlined },
  sent: { word: "Sent", tone: "good", icon: CheckCircleOutlined },
  failed: { word: "Not sent", tone: "bad", icon: ErrorOutlined },
  unknown: { word: "Unknown", tone: "warning", icon: HelpOutlined },
};

export const REASON_WORDS: Readonly<Record<GroupReportInfo["reason"], string>> = {
  completed: "the group was complete",
  scheduled: "by the clock",
  "asked-for": "somebody asked for it",
};

/** A-159 of the portal: Ready, In progress; and one that nothing is in yet. */
export function groupWords({ complete, members }: GroupInfo): ChipWords {
  if (members.total === 0) return { word: "Empty", tone: "neutral", icon: BlockOutlined };
  if (complete) return { word: "Ready", tone: "good", icon: CheckCircleOutlined };
  if (members.waiting > 0) return { word: "Waits for a person", tone: "warning", icon: ErrorOutlined };
  return { word: "In progress", tone: "work", icon: SyncOutlined };
}

export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

const PRESETS: Readonly<Record<string, string>> = {
  "every-minute": "every minute",
  "every-5-minutes": "every 5 minutes",
  hourly: "every hour",
  "daily-midnight": "every day at midnight",
  "daily-3am": "every day at 3:00",
  "weekly-sunday-3am": "Sundays at 3:00",
};

/** Days and time of a cron expression that the days picker makes; undefined for any other one. */
export function pickedDays(
  schedule: string,
): { readonly days: readonly number[]; readonly time: string } | undefined {
  const match = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6](?:,[0-6])*)$/.exec(schedule);
  if (!match) return undefined;
  const [, minute = "", hour = "", days = ""] = match;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  return { days: days === "*" ? [0, 1, 2, 3, 4, 5, 6] : days.split(",").map(Number), time };
}

export function cronOfDays(days: readonly number[], time: string): string {
  const [hour = "0", minute = "0"] = time.split(":");
  const named = days.length === 7 ? "*" : days.toSorted((a, b) => a - b).join(",");
  return `${Number(minute)} ${Number(hour)} * * ${named}`;
}

export function scheduleWords(schedule: string | null): string {
  if (schedule === null) return "never";
  const picked = pickedDays(schedule);
  if (!picked) return PRESETS[schedule] ?? `cron ${schedule}`;
  const days = picked.days.length === 7 ? "every day" : picked.days.map((day) => DAYS[day]).join(", ");
  return `${days} at ${picked.time}`;
}
