// A log for tests that keeps what was said, so that a test can look for values that must not be there.
import type { Log, LogField } from "../services/log.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: string;
  readonly fields: Readonly<Record<string, LogField>>;
}

export interface RecordingLog extends Log {
  readonly lines: LogLine[];
  /** All lines as one text. */
  text(): string;
}

export function recordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  const keep =
    (level: LogLine["level"]) =>
    (event: string, fields: LogLine["fields"] = {}): void => {
      lines.push({ level, event, fields });
    };
  return {
    lines,
    text: () => lines.map(({ event, fields }) => `${event} ${JSON.stringify(fields)}`).join("\n"),
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
}
