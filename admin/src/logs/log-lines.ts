// What the view of the log holds: lines in their order, news that wait, and how many were dropped to stay small.
import type { LogLineView as LogLine } from "../api.gen.ts";

export type { LogLine };

/** More would make a browser slow; whoever needs them all downloads them. */
export const MOST_LINES = 50_000;

export interface LogLines {
  /** The answer it began with; another one begins anew. */
  readonly of: Page | null;
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  /** News that came while somebody reads older lines. */
  readonly waiting: readonly LogLine[];
  /** Where older lines go on; null when there are none. */
  readonly older: string | null;
  /** Where news go on. */
  readonly newer: string | null;
  /** News since it was read. */
  readonly received: number;
  /** Oldest lines that went to make room. */
  readonly dropped: number;
  /** Lines were left out between those before and those after. */
  readonly hasGap: boolean;
}

/** As the hub answers: newest first. */
export interface Page {
  readonly lines: readonly LogLine[];
  readonly next: string | null;
  readonly end: string | null;
}

export const NOTHING: LogLines = {
  ...{ of: null, lines: [], waiting: [], older: null, newer: null, received: 0, dropped: 0, hasGap: false },
};

export const opened = (page: Page): LogLines => ({
  ...NOTHING,
  ...{ of: page, lines: page.lines.toReversed(), older: page.next, newer: page.end },
});

/** Older lines have no room beside 50,000 newer ones. */
export const isFull = ({ lines }: LogLines): boolean => lines.length >= MOST_LINES;

export function withOlder(before: LogLines, { lines, next }: Page): LogLines {
  const room = MOST_LINES - before.lines.length;
  return { ...before, lines: [...lines.slice(0, room).toReversed(), ...before.lines], older: next };
}

/** @param isFollowing false while somebody reads older lines: they must not move */
export function withNews(
  before: LogLines,
  news: { readonly lines: readonly LogLine[]; readonly place: string | undefined },
  isFollowing: boolean,
): LogLines {
  const newer = news.place ?? before.newer;
  if (news.lines.length === 0) return newer === before.newer ? before : { ...before, newer };
  const received = before.received + news.lines.length;
  if (isFollowing) {
    return trimmed({ ...before, newer, received }, [...before.lines, ...before.waiting, ...news.lines]);
  }
  const waiting = [...before.waiting, ...news.lines];
  const excess = Math.max(0, waiting.length - MOST_LINES);
  // what waits and finds no room is not shown, so a gap is left
  return { ...before, newer, received, waiting: waiting.slice(excess), hasGap: before.hasGap || excess > 0 };
}

/** What waited is shown. */
export const released = (before: LogLines): LogLines =>
  before.waiting.length === 0 ? before : trimmed(before, [...before.lines, ...before.waiting]);

/** An empty view that goes on with what comes; what was in it is still in the log. */
export const cleared = ({ of, newer, received }: LogLines): LogLines => ({ ...NOTHING, of, newer, received });

export const withGap = (before: LogLines): LogLines => ({ ...before, hasGap: true });

function trimmed(before: LogLines, lines: readonly LogLine[]): LogLines {
  const excess = Math.max(0, lines.length - MOST_LINES);
  const kept = lines.slice(excess);
  // what was dropped is read again from the oldest line that is left
  const older = excess > 0 ? (kept[0]?.place ?? null) : before.older;
  return { ...before, lines: kept, waiting: [], older, dropped: before.dropped + excess };
}
