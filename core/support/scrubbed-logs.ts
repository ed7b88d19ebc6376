// The end of the hub's log files, line by line through the scrubber; a line that is not the log's own is left out.
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Scrubber } from "./scrubber.ts";

const LOG_NAME = /^hub(-\d{4}-\d{2}-\d{2}(\.\d+)?)?\.log$/;
/** Of the log itself, if they are what they should be. */
const OWN_FIELDS: Readonly<Record<string, RegExp>> = {
  time: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
  level: /^(debug|info|warn|error)$/,
};

export interface ScrubbedFile {
  readonly name: string;
  readonly content: AsyncIterable<string>;
}

/** @param mostBytes of all files together, the newest ones first */
export async function* scrubbedLogs(
  folder: string,
  scrubber: Scrubber,
  mostBytes: number,
): AsyncGenerator<ScrubbedFile> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => LOG_NAME.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, sight: await stat(join(folder, name)) })),
  );
  let left = mostBytes;
  for (const { name, sight } of files.toSorted((a, b) => b.sight.mtimeMs - a.sight.mtimeMs)) {
    if (left <= 0) return;
    const start = Math.max(0, sight.size - left);
    left -= sight.size - start;
    yield { name: `logs/${name}`, content: scrubbedLines(join(folder, name), start, scrubber) };
  }
}

async function* scrubbedLines(path: string, start: number, scrubber: Scrubber): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(path, { start }), crlfDelay: Infinity });
  let leftOut = 0;
  for await (const line of lines) {
    const fields = fieldsOf(line);
    if (!fields) leftOut += 1;
    else yield `${JSON.stringify(scrubbedFields(fields, scrubber))}\n`;
  }
  // the first one may have been cut
  if (leftOut > 0) yield `${JSON.stringify({ event: "support.lines-left-out", lines: leftOut })}\n`;
}

function fieldsOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "event" in value && "time" in value
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function scrubbedFields(fields: Record<string, unknown>, scrubber: Scrubber): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const isOwn = typeof value === "string" && OWN_FIELDS[name]?.test(value) === true;
      return [scrubber.text(name), isOwn ? value : scrubber.value(value, name)];
    }),
  );
}
