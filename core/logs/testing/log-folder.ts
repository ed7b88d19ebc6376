// A folder of log files as the hub writes them, for tests.
import { appendFileSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogFiles } from "../log-files.ts";
import { LogReader } from "../log-reader.ts";
import { PatternMatcher } from "../pattern-matcher.ts";

export interface TestLine {
  readonly at?: string;
  readonly level?: string;
  readonly part?: string;
  readonly event: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Ids that belong to the study of the same key. */
export type Studies = Readonly<Record<string, readonly string[]>>;

export class LogFolder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), "thalamus-logs-"));
  readonly files = new LogFiles(this.path);
  readonly matcher = new PatternMatcher();

  /** @param longestMs of one call */
  reader(studies: Studies = {}, longestMs?: number): LogReader {
    const around = {
      matcher: this.matcher,
      areaOf: (part: string) => (part === "dicom-scp" ? ("dicom" as const) : undefined),
      idsOfStudy: async (id: string) => new Set([id, ...(studies[id] ?? [])]),
    };
    return new LogReader(this.files, around, longestMs);
  }

  /** @param day of a file that is written no more; today's when left out */
  write(lines: readonly TestLine[], day?: string): void {
    this.append(lines.map(text).join(""), day);
  }

  append(raw: string, day?: string): void {
    appendFileSync(join(this.path, day === undefined ? "hub.log" : `hub-${day}.log`), raw);
  }

  /** What happens at midnight. */
  turn(day: string): void {
    renameSync(join(this.path, "hub.log"), join(this.path, `hub-${day}.log`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.matcher.stop();
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function text({ at, level = "info", part, event, fields = {} }: TestLine): string {
  const time = at ?? "2026-11-29T12:00:00.000Z";
  return `${JSON.stringify({ level, time, ...(part && { part }), ...fields, event })}\n`;
}

/** Lines `first` to `last` a second apart, named by their numbers. */
export function numbered(first: number, last: number, more: Partial<TestLine> = {}): TestLine[] {
  const begin = Date.parse("2026-11-29T00:00:00Z");
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const at = new Date(begin + (first + index) * 1000).toISOString();
    return { at, event: `line-${first + index}.`, part: "intake", ...more };
  });
}
