// What somebody looks for in the log, and which lines that is.

import type { LogArea } from "./log-areas.ts";
import { LOG_LEVELS, type LogLevelName, type LogLine, parseLine, wordsOf } from "./log-line.ts";
import { placeText } from "./log-place.ts";
import { checkPattern, type PatternMatcher } from "./pattern-matcher.ts";
import type { RawLine } from "./read-lines.ts";

export interface LogSearch {
  /** This one and worse. */
  readonly level?: LogLevelName;
  readonly part?: string;
  readonly area?: LogArea;
  /** Lines about the study, its orders, steps and results. */
  readonly studyId?: string;
  readonly text?: string;
  /** The text is a regular expression. */
  readonly regex?: boolean;
  /** ISO 8601, inclusive. */
  readonly from?: string;
  /** ISO 8601, exclusive. */
  readonly until?: string;
}

export interface SearchSurroundings {
  readonly matcher: PatternMatcher;
  readonly areaOf: (part: string) => LogArea | undefined;
  /** The study's own id, and those of its orders, steps and results. */
  readonly idsOfStudy: (studyId: string) => Promise<ReadonlySet<string>>;
}

export interface LogFilter {
  /** Milliseconds; lines of another time need not be read. */
  readonly from: number;
  readonly until: number;
  /** The lines that fit, in their order. */
  pick(lines: readonly RawLine[]): Promise<LogLine[]>;
}

const FEW_IDS = 12;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** @throws LogRefusal `logs.bad-pattern`; `pick` throws `logs.slow-pattern` */
export async function openFilter(search: LogSearch, around: SearchSurroundings): Promise<LogFilter> {
  const { text = "", regex = false, studyId, level = "debug", part, area } = search;
  if (regex) checkPattern(text);
  const from = search.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(search.from);
  const until = search.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(search.until);
  const ids = studyId === undefined ? undefined : await around.idsOfStudy(studyId);
  const least = LOG_LEVELS.indexOf(level);
  const needle = text.toLowerCase();
  const mayFit = quickLook(least, ids, regex ? "" : needle);
  const fits = (line: LogLine): boolean =>
    LOG_LEVELS.indexOf(line.level) >= least &&
    (part === undefined || line.part === part) &&
    (area === undefined || around.areaOf(line.part) === area) &&
    isWithin(line.at, from, until) &&
    (regex || needle === "" || wordsOf(line).toLowerCase().includes(needle));
  return {
    from,
    until,
    pick: async (lines) => {
      const found = lines.flatMap(({ file, offset, end, text: raw }) => {
        if (raw === undefined ? ids !== undefined : !mayFit(raw)) return [];
        const line = parseLine(raw, placeText({ file: file.id, offset }), end - offset);
        return fits(line) ? [line] : [];
      });
      if (!regex || text === "") return found;
      const matches = await around.matcher.test({ pattern: text, texts: found.map(wordsOf) });
      return found.filter((_, index) => matches[index]);
    },
  };
}

/** Most lines are told apart as they stand in the file, without reading what is in them. */
function quickLook(
  least: number,
  ids: ReadonlySet<string> | undefined,
  needle: string,
): (raw: string) => boolean {
  const levels = LOG_LEVELS.slice(0, least).map((level) => `{"level":"${level}"`);
  // these letters stand in the file as they are shown, and within one word of the line
  const word = (needle.match(/[a-z0-9._-]+/g) ?? []).reduce(
    (one, other) => (other.length > one.length ? other : one),
    "",
  );
  const few = ids && ids.size <= FEW_IDS ? [...ids] : undefined;
  const names = (raw: string): boolean =>
    few ? few.some((id) => raw.includes(id)) : (raw.match(UUID) ?? []).some((id) => ids?.has(id));
  return (raw) =>
    !levels.some((level) => raw.startsWith(level)) &&
    (ids === undefined || names(raw)) &&
    (word === "" || raw.toLowerCase().includes(word));
}

/** A line that cannot be read has no time of its own, and stands where it is. */
function isWithin(at: string, from: number, until: number): boolean {
  if (at === "") return from === Number.NEGATIVE_INFINITY && until === Number.POSITIVE_INFINITY;
  const time = Date.parse(at);
  return time >= from && time < until;
}
