// The hub's log: readable lines on stderr, JSON lines in a file; it takes typed fields and cannot print PHI.
import { mkdirSync } from "node:fs";
import type { Log, LogField } from "@thalamus/sdk";
import type { BugReporter } from "@thalamus/sdk/host";
import { type Level, type Logger, multistream, pino } from "pino";
import { LogFile } from "./log-file.ts";
import { RecentTrouble, type TroubleLine } from "./recent-trouble.ts";

export interface LogOptions {
  readonly level: Level;
  /** Folder of the log files; without it nothing is written to disk. */
  readonly folder?: string;
  /** Readable lines on stderr. */
  readonly terminal?: boolean;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface HubLog extends Log {
  /** The same log under the name of a part of the hub or of a plugin. */
  named(part: string): HubLog;
  /** From now on, for all parts. */
  setLevel(level: LogLevel): void;
  /** The last warnings and errors of all parts, the newest first. */
  recentTrouble(): readonly TroubleLine[];
  flush(): void;
}

export function openLog({ level, folder, terminal = true }: LogOptions): HubLog {
  const threshold = { least: ORDER.indexOf(level as LogLevel) };
  const recent = new RecentTrouble();
  const streams: { level: Level; stream: { write(line: string): void } }[] = [
    { level: "warn", stream: recent },
  ];
  if (terminal)
    streams.push({ level: "debug", stream: { write: (line) => process.stderr.write(readable(line)) } });
  let file: LogFile | undefined;
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    file = new LogFile({ folder });
    streams.push({ level: "debug", stream: file });
  }
  const logger = pino(
    {
      level: "debug",
      base: null,
      messageKey: "event",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    multistream(streams),
  );
  return wrap(logger, { threshold, recent, flush: () => file?.flush() });
}

const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** What all parts share. */
interface Shared {
  /** Beside pino's own level, which would be that of each part's beginning. */
  readonly threshold: { least: number };
  readonly recent: RecentTrouble;
  readonly flush: () => void;
}

function wrap(logger: Logger, shared: Shared): HubLog {
  const { threshold, recent, flush } = shared;
  const write = (level: LogLevel) => {
    const importance = ORDER.indexOf(level);
    return (event: string, fields: Readonly<Record<string, LogField>> = {}) => {
      if (importance >= threshold.least) logger[level](fields, event);
    };
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    named: (part) => wrap(logger.child({ part }), shared),
    setLevel: (level) => {
      threshold.least = ORDER.indexOf(level);
    },
    recentTrouble: () => recent.all(),
    flush,
  };
}

/** Puts a plugin's bug into the log: its kind and its place, not its message, which may hold values of a header. */
export function bugReporter(log: HubLog): BugReporter {
  return ({ step, errorId, error }) => {
    const known = error instanceof Error;
    const where = known
      ? (error.stack?.split("\n").filter((line) => line.trim().startsWith("at ")) ?? [])
      : [];
    log.error("plugin.bug", {
      errorId,
      step: step.id,
      error: known ? error.name : typeof error,
      where: where.slice(0, 4).map((line) => line.trim()),
    });
  };
}

/** `16:04:05 INFO  intake  study.stable study=… instances=312` */
function readable(line: string): string {
  const { time, level, part, event, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
  const clock = String(time).slice(11, 19);
  return `${clock} ${String(level).toUpperCase().padEnd(5)} ${String(part ?? "hub").padEnd(18)} ${event}${rest.join("")}\n`;
}
