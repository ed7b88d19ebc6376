// What the view of the log keeps: its order, what waits, and that it stays small.
import { describe, expect, test } from "vitest";
import {
  cleared,
  isFull,
  type LogLine,
  MOST_LINES,
  NOTHING,
  opened,
  released,
  withNews,
  withOlder,
} from "./log-lines.ts";

const line = (number: number): LogLine => ({
  ...{ place: `0123456789ab-${number}`, at: "2026-11-29T03:12:05.123Z", level: "info" },
  ...{ part: "intake", event: `line-${number}`, fields: {} },
});
const lines = (first: number, last: number): LogLine[] =>
  Array.from({ length: last - first + 1 }, (_, index) => line(first + index));
const page = (first: number, last: number, next: string | null) => ({
  ...{ lines: lines(first, last).toReversed(), next, end: line(last + 1).place },
});
const numbers = (shown: readonly LogLine[]) => shown.map(({ event }) => Number(event.slice(5)));

describe("A-268 A-274 the lines of a view", () => {
  test("stand in their order, with older and newer ones around them", () => {
    const begun = opened(page(11, 13, line(11).place));
    const whole = withNews(withOlder(begun, page(8, 10, null)), { lines: lines(14, 15), place: "p" }, true);
    expect(numbers(whole.lines)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    expect(whole).toMatchObject({ older: null, newer: "p", received: 2, dropped: 0, hasGap: false });
  });

  test("do not move while somebody reads older ones, and are counted until they are shown", () => {
    const reading = withNews(opened(page(1, 3, null)), { lines: lines(4, 5), place: "p" }, false);
    const more = withNews(reading, { lines: lines(6, 6), place: "q" }, false);
    expect(numbers(more.lines)).toEqual([1, 2, 3]);
    expect(more.waiting).toHaveLength(3);
    expect(numbers(released(more).lines)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(released(more).waiting).toEqual([]);
  });

  test("are 50,000 at most: the oldest go, and where they were is known", () => {
    const many = withNews(
      opened(page(1, MOST_LINES, null)),
      { lines: lines(90_001, 90_010), place: "p" },
      true,
    );
    expect(many.lines).toHaveLength(MOST_LINES);
    expect(isFull(many)).toBe(true);
    expect(many).toMatchObject({ dropped: 10, older: line(11).place });
    expect(many.lines.at(-1)).toEqual(line(90_010));
    // what waits is no reason to grow either
    const waits = withNews(opened(page(1, 2, null)), { lines: lines(3, MOST_LINES + 9), place: "p" }, false);
    expect(waits.waiting).toHaveLength(MOST_LINES);
    expect(waits.hasGap).toBe(true);
  });

  test("go when the view is cleared, and it goes on with what comes", () => {
    const empty = cleared(opened(page(1, 3, line(1).place)));
    expect(empty).toMatchObject({ lines: [], older: null, newer: line(4).place });
    expect(numbers(withNews(empty, { lines: lines(4, 4), place: "p" }, true).lines)).toEqual([4]);
  });

  test("a heartbeat says where to go on and changes nothing else", () => {
    expect(withNews(NOTHING, { lines: [], place: undefined }, true)).toBe(NOTHING);
    expect(withNews(NOTHING, { lines: [], place: "p" }, true)).toEqual({ ...NOTHING, newer: "p" });
  });
});
