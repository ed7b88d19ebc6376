// The lines of a search as a file: text, CSV or JSON; and all files of the log as one ZIP. Nothing is kept in memory.
import { Readable } from "node:stream";
import { csvLine } from "../files/csv-line.ts";
import { ZipArchive } from "../files/zip-archive.ts";
import type { LogFileSight, LogFiles } from "./log-files.ts";
import { type LogLine, wordsOf } from "./log-line.ts";

export const LOG_FORMATS = ["text", "csv", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

type Pieces = AsyncIterable<readonly LogLine[]>;

export const LOG_FORMAT_FILES: Readonly<Record<LogFormat, { mediaType: string; ending: string }>> = {
  text: { mediaType: "text/plain; charset=utf-8", ending: "log" },
  csv: { mediaType: "text/csv; charset=utf-8", ending: "csv" },
  json: { mediaType: "application/json; charset=utf-8", ending: "json" },
};

/** @param pieces read only as fast as what comes out is taken */
export function logAs(format: LogFormat, pieces: Pieces): AsyncGenerator<string> {
  if (format === "csv") return asCsv(pieces);
  return format === "json" ? asJson(pieces) : asText(pieces);
}

async function* asText(pieces: Pieces): AsyncGenerator<string> {
  for await (const lines of pieces) {
    const texts = lines.map((line) => `${line.at} ${line.level.toUpperCase().padEnd(5)} ${wordsOf(line)}\n`);
    yield texts.join("");
  }
}

async function* asCsv(pieces: Pieces): AsyncGenerator<string> {
  yield csvLine(["time", "level", "part", "event", "fields", "place"]);
  for await (const lines of pieces) {
    const rows = lines.map(({ at, level, part, event, fields, place }) =>
      csvLine([at, level, part, event, fields, place]),
    );
    yield rows.join("");
  }
}

async function* asJson(pieces: Pieces): AsyncGenerator<string> {
  let separator = "[\n";
  for await (const lines of pieces) {
    if (lines.length === 0) continue;
    yield separator + lines.map((line) => JSON.stringify(line)).join(",\n");
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

/** Every file as far as it had come when it was looked at; one that is removed meanwhile is empty. */
export function logsAsZip(files: LogFiles, list: readonly LogFileSight[]): Readable {
  const zip = new ZipArchive();
  for (const file of list) {
    zip.addFile(file.name, { mtime: new Date(file.beginsAt) }, async () => {
      const handle = await files.open(file).catch(() => undefined);
      return handle?.createReadStream({ start: 0, end: file.size - 1 }) ?? Readable.from([]);
    });
  }
  return zip.end();
}
