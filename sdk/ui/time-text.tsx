// A time in the browser's zone with UTC on hover, and a time span that grows by itself.

import { Tooltip } from "@mui/material";
import { say } from "./language.ts";
import { useNow } from "./now.ts";
import { clockTime, durationWords, fullTime, utcTime } from "./time-words.ts";

export function TimeText({ at, seconds = false }: { readonly at: string; readonly seconds?: boolean }) {
  const date = new Date(at);
  return (
    <Tooltip title={utcTime(date)}>
      <time dateTime={at}>{seconds ? clockTime(date) : fullTime(date)}</time>
    </Tooltip>
  );
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago something was; ticks by the second only while it is young, and is rough when it is old. */
export function Since({ at }: { readonly at: string }) {
  const began = Date.parse(at);
  const young = Date.now() - began < 2 * MINUTE;
  const now = useNow(young ? 1000 : MINUTE / 4);
  const age = Math.max(0, now - began);
  const step = [DAY, HOUR, MINUTE].find((unit) => age >= 2 * unit) ?? 1000;
  return (
    <Tooltip
      title={say("since %{time} (%{utc})", { time: fullTime(new Date(at)), utc: utcTime(new Date(at)) })}
    >
      <span>{durationWords(Math.floor(age / step) * step)}</span>
    </Tooltip>
  );
}
