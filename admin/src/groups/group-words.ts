// What the states of groups and their reports are called, and schedules in words.

import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import HelpOutlined from "@mui/icons-material/HelpOutlined";
import ScheduleOutlined from "@mui/icons-material/ScheduleOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import SyncOutlined from "@mui/icons-material/SyncOutlined";
import type { Tone } from "@thalamus/sdk/ui";
import { phrase, say } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import type { GroupInfo, GroupReportInfo } from "../api.gen.ts";
import { WEEKDAYS } from "../list/weekdays.ts";

export interface ChipWords {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: ElementType;
}

export const REPORT_WORDS: Readonly<Record<GroupReportInfo["state"], ChipWords>> = {
  kept: { word: phrase("For download"), tone: "neutral", icon: BlockOutlined },
  ready: { word: phrase("Waits"), tone: "work", icon: ScheduleOutlined },
  sending: { word: phrase("Sending"), tone: "work", icon: SendOutlined },
  sent: { word: phrase("Sent"), tone: "good", icon: CheckCircleOutlined },
  failed: { word: phrase("Not sent"), tone: "bad", icon: ErrorOutlined },
  unknown: { word: phrase("Unknown"), tone: "warning", icon: HelpOutlined },
};

export const REASON_WORDS: Readonly<Record<GroupReportInfo["reason"], string>> = {
  completed: phrase("the group was complete"),
  scheduled: phrase("by the clock"),
  "asked-for": phrase("somebody asked for it"),
};

/** A-159 of the portal: Ready, In progress; and one that nothing is in yet. */
export function groupWords({ complete, members }: GroupInfo): ChipWords {
  if (members.total === 0) return { word: phrase("Empty"), tone: "neutral", icon: BlockOutlined };
  if (complete) return { word: phrase("Ready"), tone: "good", icon: CheckCircleOutlined };
  if (members.waiting > 0)
    return { word: phrase("Waits for a person"), tone: "warning", icon: ErrorOutlined };
  return { word: phrase("In progress"), tone: "work", icon: SyncOutlined };
}

const PRESETS: Readonly<Record<string, string>> = {
  "every-minute": phrase("every minute"),
  "every-5-minutes": phrase("every 5 minutes"),
  hourly: phrase("every hour"),
  "daily-midnight": phrase("every day at midnight"),
  "daily-3am": phrase("every day at 3:00"),
  "weekly-sunday-3am": phrase("Sundays at 3:00"),
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
  if (schedule === null) return say("never");
  const picked = pickedDays(schedule);
  if (!picked) {
    const preset = PRESETS[schedule];
    return preset === undefined ? say("cron %{schedule}", { schedule }) : say(preset);
  }
  const days =
    picked.days.length === 7 ? say("every day") : picked.days.map((day) => say(WEEKDAYS[day]!)).join(", ");
  return say("%{days} at %{time}", { days, time: picked.time });
}
