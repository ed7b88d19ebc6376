// A line of the log as it is shown: when, how bad, which part, what, and its fields.

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

export type FieldValue = string | number | boolean | null | readonly string[];

export interface LogLine {
  /** Where it begins, as `placeText` writes it. */
  readonly place: string;
  readonly at: string;
  readonly level: LogLevelName;
  /** Part of the hub, or entry of a plugin. */
  readonly part: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

const OWN_PART = "hub";

/**
 * What is no line of the hub (cut short by a full disk, written by somebody else) is shown by its length only, since
 * nobody can know what stands in it.
 * @param text undefined for a line longer than any of the hub's
 */
export function parseLine(text: string | undefined, place: string, bytes: number): LogLine {
  const value = text === undefined ? undefined : parsed(text);
  if (!value) {
    return { place, at: "", level: "warn", part: "log", event: "log.unreadable-line", fields: { bytes } };
  }
  const { time, level, part, event, ...fields } = value;
  return {
    place,
    at: typeof time === "string" ? time : "",
    level: LOG_LEVELS.includes(level as LogLevelName) ? (level as LogLevelName) : "info",
    part: typeof part === "string" ? part : OWN_PART,
    event: typeof event === "string" ? event : "",
    fields: fields as LogLine["fields"],
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return value !== null && typeof value === "object" && "event" in value
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What is searched in: `intake study.stable study=… instances=312`. */
export function wordsOf({ part, event, fields }: LogLine): string {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
  return `${part} ${event}${rest.join("")}`;
}
