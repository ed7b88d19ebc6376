// Reads the log for people: pages of lines, how many there are, what stands around one, and all of them for a file.
import { type LogFileSight, type LogFiles, timeOf } from "./log-files.ts";
import { type LogLine, parseLine } from "./log-line.ts";
import { type LogPlace, placeText, readPlace } from "./log-place.ts";
import { LogRefusal } from "./log-refusal.ts";
import { type LogFilter, type LogSearch, openFilter, type SearchSurroundings } from "./log-search.ts";
import { linesAfter, linesBefore, type RawLine, seek } from "./read-lines.ts";

/** Several hubs write to one file, so lines are out of order by this much at most. */
const SLACK_MS = 10_000;
/** One call reads no longer than this; who asked goes on from where it stopped. */
const LONGEST_MS = 2_000;
const MOST_COUNTS = 5_000;

export type LogOrder = "newest" | "oldest";

export interface PageWish extends LogSearch {
  readonly order: LogOrder;
  readonly limit: number;
  /** Where the page before ended. */
  readonly cursor?: string;
}

export interface LogPage {
  readonly lines: readonly LogLine[];
  /** Where to go on; null when all has been looked at. */
  readonly next: string | null;
  /** Where the log ended; new lines come after it. Null while there is no log. */
  readonly end: string | null;
}

export interface LogCount {
  readonly count: number;
  /** Where to go on counting; null when all has been looked at. */
  readonly next: string | null;
}

export class LogReader {
  readonly files: LogFiles;
  readonly #around: SearchSurroundings;
  readonly #longestMs: number;
  /** X-058 Of whole files that are written no more; the oldest answers go first. */
  readonly #counts = new Map<string, number>();

  constructor(files: LogFiles, around: SearchSurroundings, longestMs = LONGEST_MS) {
    this.files = files;
    this.#around = around;
    this.#longestMs = longestMs;
  }

  filter(search: LogSearch): Promise<LogFilter> {
    return openFilter(search, this.#around);
  }

  /** @throws LogRefusal */
  async page({ order, limit, cursor, ...search }: PageWish): Promise<LogPage> {
    const filter = await this.filter(search);
    const list = await this.files.list();
    const start = cursor === undefined ? undefined : standing(list, readPlace(cursor));
    const stopAt = Date.now() + this.#longestMs;
    const lines: LogLine[] = [];
    let end: string | undefined;
    for await (const raw of this.#pieces(list, filter, order, start)) {
      end ??= order === "newest" ? endOf(raw[0]!) : undefined;
      for (const line of await filter.pick(raw)) {
        if (lines.length === limit) {
          // the next page begins with this line, which found no room
          const next = order === "newest" ? lines.at(-1)!.place : line.place;
          return { lines, next, end: end ?? null };
        }
        lines.push(line);
      }
      const last = raw.at(-1)!;
      if (Date.now() > stopAt) {
        const next = order === "newest" ? beginOf(last) : endOf(last);
        return { lines, next, end: end ?? null };
      }
    }
    return { lines, next: null, end: end ?? null };
  }

  /** @throws LogRefusal */
  async count(search: LogSearch, cursor?: string): Promise<LogCount> {
    const filter = await this.filter(search);
    const list = await this.files.list();
    const start = cursor === undefined ? undefined : standing(list, readPlace(cursor));
    const first = start ? list.findIndex(({ id }) => id === start.file) : 0;
    const stopAt = Date.now() + this.#longestMs;
    let count = 0;
    for (const [index, file] of list.entries()) {
      if (index < first || !mayHold(list, index, filter)) continue;
      const from = index === first ? start : undefined;
      const key = from?.offset || file.isCurrent ? undefined : keyOf(list, index, filter, search);
      const known = key === undefined ? undefined : this.#counts.get(key);
      if (known !== undefined) {
        count += known;
        continue;
      }
      let own = 0;
      for await (const raw of this.#pieces([file], filter, "oldest", from)) {
        own += (await filter.pick(raw)).length;
        if (Date.now() > stopAt) return { count: count + own, next: endOf(raw.at(-1)!) };
      }
      count += own;
      if (key !== undefined) this.#remember(key, own);
    }
    return { count, next: null };
  }

  /**
   * A line with those before and after it.
   * @throws LogRefusal `logs.line-gone`
   */
  async around(place: string, each: number): Promise<LogLine[]> {
    const list = await this.files.list();
    const at = standing(list, readPlace(place));
    const before = await firstLines(linesBefore(this.files, list, at), each);
    const after = await firstLines(linesAfter(this.files, list, at), each + 1);
    // a place within a line, or in a file that is shorter by now, begins none
    const isBegun = at.offset === 0 || before[0]?.end === at.offset;
    if (after[0]?.offset !== at.offset || after[0].file.id !== at.file || !isBegun) throw gone();
    return [...before.toReversed(), ...after].map(({ file, offset, end, text }) =>
      parseLine(text, placeText({ file: file.id, offset }), end - offset),
    );
  }

  /** Every line that fits, however many there are. */
  async *all(search: LogSearch, order: LogOrder): AsyncGenerator<LogLine[]> {
    const filter = await this.filter(search);
    const list = await this.files.list();
    for await (const raw of this.#pieces(list, filter, order, undefined)) yield filter.pick(raw);
  }

  async *#pieces(
    list: readonly LogFileSight[],
    filter: LogFilter,
    order: LogOrder,
    start: LogPlace | undefined,
  ): AsyncGenerator<RawLine[]> {
    if (order === "oldest") {
      const from = start ?? (await this.#firstPlace(list, filter.from));
      for await (const raw of linesAfter(this.files, list, from)) {
        yield raw;
        if (timeOfPiece(raw) > filter.until + SLACK_MS) return;
      }
      return;
    }
    const from = start ?? (await this.#lastPlace(list, filter.until));
    for await (const raw of linesBefore(this.files, list, from)) {
      yield raw;
      if (timeOfPiece(raw) < filter.from - SLACK_MS) return;
    }
  }

  async #firstPlace(list: readonly LogFileSight[], from: number): Promise<LogPlace | undefined> {
    if (from === Number.NEGATIVE_INFINITY) return undefined;
    const file = list.findLast(({ beginsAt }) => beginsAt <= from - SLACK_MS) ?? list[0];
    return file && { file: file.id, offset: (await seek(this.files, file, from - SLACK_MS)).low };
  }

  async #lastPlace(list: readonly LogFileSight[], until: number): Promise<LogPlace | undefined> {
    if (until === Number.POSITIVE_INFINITY) return undefined;
    const file = list.findLast(({ beginsAt }) => beginsAt <= until + SLACK_MS);
    if (!file) return list[0] && { file: list[0].id, offset: 0 };
    return { file: file.id, offset: (await seek(this.files, file, until + SLACK_MS)).high };
  }

  #remember(key: string, count: number): void {
    const [oldest] = this.#counts.keys();
    if (this.#counts.size >= MOST_COUNTS && oldest !== undefined) this.#counts.delete(oldest);
    this.#counts.set(key, count);
  }
}

/** @throws LogRefusal */
function standing(list: readonly LogFileSight[], place: LogPlace): LogPlace {
  if (!list.some(({ id }) => id === place.file)) throw gone();
  return place;
}

const gone = (): LogRefusal =>
  new LogRefusal("logs.line-gone", "This part of the log is no longer there: its days are over.", "gone");

const beginOf = ({ file, offset }: RawLine): string => placeText({ file: file.id, offset });
const endOf = ({ file, end }: RawLine): string => placeText({ file: file.id, offset: end });

const timeOfPiece = (lines: readonly RawLine[]): number => timeOf(lines.at(-1)?.text ?? "") ?? Number.NaN;

/** Whether lines of the time that is looked for can be in a file. */
function mayHold(list: readonly LogFileSight[], index: number, { from, until }: LogFilter): boolean {
  const next = list[index + 1]?.beginsAt ?? Number.POSITIVE_INFINITY;
  return next >= from - SLACK_MS && list[index]!.beginsAt <= until + SLACK_MS;
}

/** A file that lies within the time as a whole has the same lines for every such time. */
function keyOf(list: readonly LogFileSight[], index: number, filter: LogFilter, search: LogSearch): string {
  const { id, beginsAt } = list[index]!;
  const next = list[index + 1]?.beginsAt ?? Number.POSITIVE_INFINITY;
  const isWithin = beginsAt - SLACK_MS >= filter.from && next + SLACK_MS <= filter.until;
  const { from: _from, until: _until, ...timeless } = search;
  return `${id} ${JSON.stringify(isWithin ? timeless : search)}`;
}

async function firstLines(pieces: AsyncGenerator<RawLine[]>, most: number): Promise<RawLine[]> {
  const lines: RawLine[] = [];
  for await (const piece of pieces) {
    lines.push(...piece.slice(0, most - lines.length));
    if (lines.length >= most) break;
  }
  return lines;
}
