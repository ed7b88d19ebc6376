// Follows the log from a place on: gives the lines that fit as they are written, over midnight too.
import { interval, merge, type Observable } from "rxjs";
import type { LogFileSight, LogFiles } from "./log-files.ts";
import type { LogLine } from "./log-line.ts";
import { type LogPlace, placeText, readPlace } from "./log-place.ts";
import type { LogReader } from "./log-reader.ts";
import type { LogSearch } from "./log-search.ts";
import { linesAfter, linesBefore } from "./read-lines.ts";

/** Whoever was away for longer than this many bytes goes on at the end. */
const MOST_TO_CATCH_UP = 20_000_000;

export interface LogNews {
  readonly lines: readonly LogLine[];
  /** Where to go on. */
  readonly place: string | undefined;
  /** Lines in between were left out. */
  readonly gap?: true;
}

export interface FollowWish {
  readonly search: LogSearch;
  /** From here; from the end on when left out. */
  readonly after: string | undefined;
  /** Tells when there is more. */
  readonly growth$: Observable<void>;
  /** News come at least this often, even without lines. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** @throws LogRefusal */
export async function* followLog(reader: LogReader, wish: FollowWish): AsyncGenerator<LogNews> {
  const { signal, everyMs } = wish;
  const filter = await reader.filter(wish.search);
  let woken = Promise.withResolvers<void>();
  const wake = () => woken.resolve();
  signal.addEventListener("abort", wake);
  // watched from before the first look, so that nothing falls in between
  const growth = merge(wish.growth$, interval(everyMs)).subscribe(wake);
  try {
    const begin = await beginning(reader.files, wish.after);
    yield begin;
    let place = begin.place === undefined ? undefined : readPlace(begin.place);
    let told = Date.now();
    while (!signal.aborted) {
      woken = Promise.withResolvers<void>();
      const list = await listFrom(reader.files, place);
      if (place && !list.some(({ id }) => id === place?.file)) {
        place = await endOfLog(reader.files, list);
        yield { lines: [], place: place && placeText(place), gap: true };
      }
      for await (const raw of linesAfter(reader.files, list, place)) {
        const last = raw.at(-1)!;
        place = { file: last.file.id, offset: last.end };
        const lines = await filter.pick(raw);
        if (signal.aborted) return;
        if (lines.length > 0) yield { lines, place: placeText(place) };
        if (lines.length > 0) told = Date.now();
      }
      await woken.promise;
      if (signal.aborted || Date.now() - told < everyMs) continue;
      yield { lines: [], place: place && placeText(place) };
      told = Date.now();
    }
  } finally {
    growth.unsubscribe();
    signal.removeEventListener("abort", wake);
  }
}

async function beginning(files: LogFiles, after: string | undefined): Promise<LogNews> {
  const list = await files.list();
  const asked = after === undefined ? undefined : readPlace(after);
  if (asked && bytesAfter(list, asked) <= MOST_TO_CATCH_UP) return { lines: [], place: after };
  const end = await endOfLog(files, list);
  return { lines: [], place: end && placeText(end), ...(asked ? { gap: true as const } : {}) };
}

/** Mostly one file is enough: the one that is being written. */
async function listFrom(files: LogFiles, place: LogPlace | undefined): Promise<LogFileSight[]> {
  const current = await files.look("hub.log");
  return current && current.id === place?.file ? [current] : files.list();
}

async function endOfLog(files: LogFiles, list: readonly LogFileSight[]): Promise<LogPlace | undefined> {
  for await (const [newest] of linesBefore(files, list, undefined)) {
    if (newest) return { file: newest.file.id, offset: newest.end };
  }
  return undefined;
}

/** Infinite when the file of the place is gone. */
function bytesAfter(list: readonly LogFileSight[], { file, offset }: LogPlace): number {
  const first = list.findIndex(({ id }) => id === file);
  if (first < 0) return Number.POSITIVE_INFINITY;
  return list.slice(first).reduce((sum, { size }) => sum + size, -offset);
}
