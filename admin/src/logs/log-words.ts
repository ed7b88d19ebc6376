// A line of the log in words: with the browser's time on the screen, with UTC where it is copied.
import type { Tone } from "@thalamus/sdk/ui";
import type { LogLine } from "./log-lines.ts";

export const LEVELS = ["debug", "info", "warn", "error"] as const;

export const LEVEL_TONES: Readonly<Record<LogLine["level"], Tone>> = {
  debug: "neutral",
  info: "info",
  warn: "warning",
  error: "bad",
};

const LEVEL_WIDTH = 5;
export const levelWord = ({ level }: LogLine): string => level.toUpperCase().padEnd(LEVEL_WIDTH);

const two = (value: number): string => String(value).padStart(2, "0");

/** `11-29 03:12:05.123` in the browser's zone; dashes for a line that cannot be read. */
export function lineTime({ at }: LogLine): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "-----  -- -- --   ";
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${day} ${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Everything but time and level: what a search looks in. */
export function lineWords({ part, event, fields }: LogLine): string {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
  return `${part} ${event}${rest.join("")}`;
}

/** As it stands in a downloaded file. */
export const copiedLine = (line: LogLine): string => `${line.at} ${levelWord(line)} ${lineWords(line)}`;

/** Characters of a whole line on the screen. */
export const lengthOf = (line: LogLine): number =>
  lineTime(line).length + 1 + LEVEL_WIDTH + 1 + lineWords(line).length;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The study that a line names, to go there. */
export function studyOf({ fields }: LogLine): string | undefined {
  const id = fields["study"] ?? fields["studyId"];
  return typeof id === "string" && UUID.test(id) ? id : undefined;
}

/** Whoever opens it sees the line among its neighbours. */
export const lineAddress = (place: string): string => `${window.location.origin}/logs/all?line=${place}`;
