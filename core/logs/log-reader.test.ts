// What people read of the log: pages in both orders, over files and days, filters, counts, and what stands around a line.
import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LogReader, PageWish } from "./log-reader.ts";
import { LogFolder, numbered, text } from "./testing/log-folder.ts";

const STUDY = "7d8e9f00-1111-4222-8333-444455556666";
const STEP = "99999999-1111-4222-8333-444455556666";

const events = (lines: readonly { event: string }[]): string[] => lines.map(({ event }) => event);
const names = (first: number, last: number): string[] => {
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => `line-${first + index * step}.`);
};

async function allPages(reader: LogReader, wish: Omit<PageWish, "cursor">): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await reader.page({ ...wish, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...events(page.lines));
    if (page.next === null) return found;
    cursor = page.next;
  }
}

describe("A-268 pages of the log", () => {
  test("come newest or oldest first over the files of several days, each line once", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 30), "2026-11-27");
    folder.write(numbered(31, 60), "2026-11-27.2");
    folder.write(numbered(61, 90), "2026-11-28");
    folder.write(numbered(91, 100));
    const reader = folder.reader();
    expect(await allPages(reader, { order: "newest", limit: 7 })).toEqual(names(100, 1));
    expect(await allPages(reader, { order: "oldest", limit: 7 })).toEqual(names(1, 100));
    // a full page that is the last one says so
    expect((await reader.page({ order: "newest", limit: 100 })).next).toBeNull();
  });

  test("a tenth second file of a day is after its second", async () => {
    await using folder = new LogFolder();
    for (const number of [1, 2, 3, 9, 10, 11]) {
      folder.write(numbered(number, number), number === 1 ? "2026-11-27" : `2026-11-27.${number}`);
    }
    expect(await allPages(folder.reader(), { order: "oldest", limit: 5 })).toEqual(
      [1, 2, 3, 9, 10, 11].map((number) => `line-${number}.`),
    );
  });

  test("are whole where pieces of a file end within lines and within letters", async () => {
    await using folder = new LogFolder();
    const wide = { fields: { what: "ü".repeat(700) } };
    folder.write(numbered(1, 900, wide));
    const reader = folder.reader();
    const { lines } = await reader.page({ order: "newest", limit: 1000 });
    expect(events(lines)).toEqual(names(900, 1));
    expect(lines.every(({ fields }) => fields["what"] === wide.fields.what)).toBe(true);
    expect(await allPages(reader, { order: "oldest", limit: 1000 })).toEqual(names(1, 900));
  });

  test("a line that is still being written is left for later, foreign text is shown by its length only", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 2));
    folder.append("Anna Kanarienvogel was here\n");
    folder.append(`{"long":"${"x".repeat(600_000)}"}\n`);
    folder.append('{"level":"info","ti');
    const { lines, end } = await folder.reader().page({ order: "newest", limit: 10 });
    expect(events(lines)).toEqual(["log.unreadable-line", "log.unreadable-line", "line-2.", "line-1."]);
    expect(lines[0]?.fields).toEqual({ bytes: 600_012 });
    expect(lines[1]?.fields).toEqual({ bytes: 28 });
    expect(JSON.stringify(lines)).not.toContain("Kanarienvogel");
    folder.append('me":"2026-11-29T12:00:00.000Z","event":"late"}\n');
    const next = await folder.reader().page({ order: "oldest", limit: 10, cursor: end! });
    expect(events(next.lines)).toEqual(["late"]);
    const oldest = await folder.reader().page({ order: "oldest", limit: 10 });
    expect(events(oldest.lines)).toEqual([
      "line-1.",
      "line-2.",
      ...Array(2).fill("log.unreadable-line"),
      "late",
    ]);
  });

  test("an empty folder, and one that is not there, have no lines", async () => {
    await using folder = new LogFolder();
    const reader = folder.reader();
    expect(await reader.page({ order: "newest", limit: 10 })).toEqual({ lines: [], next: null, end: null });
    rmSync(folder.path, { recursive: true });
    expect(await reader.count({})).toEqual({ count: 0, next: null });
  });
});

describe("A-269 filter and search", () => {
  const MIXED = [
    { event: "study.stable", part: "intake", level: "info", fields: { study: STUDY, instances: 312 } },
    { event: "association.failed", part: "dicom-scp", level: "error", fields: { callingAe: "PACS" } },
    { event: "step.waits", part: "steps", level: "warn", fields: { step: STEP, code: "step.no-space" } },
    { event: "metrics.unreadable", level: "debug" },
  ] as const;
  const search = async (wish: Omit<PageWish, "order" | "limit">) => {
    await using folder = new LogFolder();
    folder.write(MIXED);
    const reader = folder.reader({ [STUDY]: [STEP] });
    const { lines } = await reader.page({ ...wish, order: "oldest", limit: 10 });
    expect(await reader.count(wish)).toEqual({ count: lines.length, next: null });
    return events(lines);
  };

  test.each([
    ["a level and worse", { level: "warn" }, ["association.failed", "step.waits"]],
    ["a part", { part: "intake" }, ["study.stable"]],
    ["the hub itself", { part: "hub" }, ["metrics.unreadable"]],
    ["an area", { area: "dicom" }, ["association.failed"]],
    ["a study, with what its steps did", { studyId: STUDY }, ["study.stable", "step.waits"]],
    ["text in any case", { text: "NO-SPACE" }, ["step.waits"]],
    ["a field with its value", { text: "instances=312" }, ["study.stable"]],
    ["text that looks like a pattern", { text: "study.*" }, []],
    [
      "a regular expression",
      { text: "^(intake|steps) \\w+\\.(stable|waits)", regex: true },
      ["study.stable", "step.waits"],
    ],
    ["all of it together", { level: "warn", studyId: STUDY, text: "code=" }, ["step.waits"]],
  ] as const)("by %s", async (_, wish, expected) => {
    expect(await search(wish)).toEqual(expected);
  });

  test("a pattern that is wrong is refused, one that never ends is given up, and the next one works", async () => {
    await using folder = new LogFolder();
    folder.write([{ event: `${"a".repeat(40)}!` }, { event: "other" }]);
    const reader = folder.reader();
    const wish = { order: "newest", limit: 10, regex: true } as const;
    await expect(reader.page({ ...wish, text: "(a" })).rejects.toMatchObject({ code: "logs.bad-pattern" });
    await expect(reader.page({ ...wish, text: "(a+)+$" })).rejects.toMatchObject({
      code: "logs.slow-pattern",
    });
    expect(events((await reader.page({ ...wish, text: "^hub oth" })).lines)).toEqual(["other"]);
  });

  test("a span of time is found without reading all, also where several hubs wrote out of order", async () => {
    await using folder = new LogFolder();
    const wide = { fields: { filling: "x".repeat(400) } };
    folder.write(numbered(1, 5000, wide), "2026-11-28");
    const [first, ...rest] = numbered(5001, 9000, wide);
    folder.write([rest[0]!, first!, ...rest.slice(1)]);
    const reader = folder.reader();
    const at = (second: number) => new Date(Date.parse("2026-11-29T00:00:00Z") + second * 1000).toISOString();
    for (const [from, until] of [
      [4000, 4005],
      [4998, 5004],
      [5001, 5003],
      [8998, 9010],
      [1, 3],
    ] as const) {
      const expected = names(from, Math.min(until - 1, 9000)).toSorted();
      const wish = { from: at(from), until: at(until) };
      for (const order of ["newest", "oldest"] as const) {
        expect((await allPages(reader, { ...wish, order, limit: 3 })).toSorted()).toEqual(expected);
      }
      expect(await reader.count(wish)).toEqual({ count: expected.length, next: null });
    }
    const { lines } = await reader.page({ order: "newest", limit: 9, from: at(20_000) });
    expect(lines).toEqual([]);
  });
});

describe("A-269 X-058 a search that takes long", () => {
  test("says where to go on, and comes to its end", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 3000, { fields: { filling: "x".repeat(600) } }));
    const reader = folder.reader({}, -1);
    const page = await reader.page({ order: "newest", limit: 10, text: "line-1." });
    expect(page).toMatchObject({ lines: [], next: expect.stringMatching(/^[0-9a-f]{12}-\d+$/) });
    expect(await allPages(reader, { order: "newest", limit: 10, text: "line-1." })).toEqual(["line-1."]);
    let [sum, rounds] = [0, 0];
    for (let cursor: string | undefined; ; rounds += 1) {
      const { count, next } = await reader.count({ text: "line-" }, cursor);
      sum += count;
      if (next === null) break;
      cursor = next;
    }
    expect(sum).toBe(3000);
    expect(rounds).toBeGreaterThan(3);
  });

  test("is counted once in files that nobody writes to", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 50), "2026-11-28");
    folder.write(numbered(51, 60));
    const reader = folder.reader();
    expect((await reader.count({ text: "line-" })).count).toBe(60);
    // what was counted is not read again, what is still written to is
    truncateSync(join(folder.path, "hub-2026-11-28.log"), text(numbered(1, 1)[0]!).length);
    folder.write(numbered(61, 61));
    expect((await reader.count({ text: "line-" })).count).toBe(61);
    expect((await reader.count({ text: "line" })).count).toBe(12);
  });
});

describe("a line by its place", () => {
  test("is found after midnight too, among its neighbours of other files", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 10), "2026-11-27");
    folder.write(numbered(11, 20));
    const reader = folder.reader();
    const { lines } = await reader.page({ order: "oldest", limit: 20 });
    const { place } = lines.find(({ event }) => event === "line-12.")!;
    folder.turn("2026-11-28");
    folder.write(numbered(21, 30));
    expect(events(await reader.around(place, 4))).toEqual(names(8, 16));
    expect(events(await reader.around(lines[0]!.place, 2))).toEqual(names(1, 3));
    const newest = (await reader.page({ order: "newest", limit: 1 })).lines[0]!;
    expect(events(await reader.around(newest.place, 2))).toEqual(names(28, 30));
  });

  test("is gone when its days are over, and is none within a line", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 3), "2026-11-28");
    folder.write(numbered(4, 6));
    const reader = folder.reader();
    const [first] = (await reader.page({ order: "oldest", limit: 1 })).lines;
    const within = first!.place.replace(/-0$/, "-5");
    await expect(reader.around(within, 2)).rejects.toMatchObject({ code: "logs.line-gone", kind: "gone" });
    await expect(reader.around("no place", 2)).rejects.toMatchObject({
      code: "logs.bad-place",
      kind: "wrong",
    });
    rmSync(join(folder.path, "hub-2026-11-28.log"));
    await expect(reader.around(first!.place, 2)).rejects.toMatchObject({ code: "logs.line-gone" });
    const cursor = first!.place;
    await expect(reader.page({ order: "newest", limit: 5, cursor })).rejects.toMatchObject({
      code: "logs.line-gone",
    });
  });
});
