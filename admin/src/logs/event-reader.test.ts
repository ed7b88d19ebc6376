// Events and rows of the log: whatever the pieces of a stream, and wherever a row stands.
import { expect, test } from "vitest";
import { EventReader } from "./event-reader.ts";
import { rowHeights, wrappedLines } from "./row-heights.ts";

test("A-274 events are read whole however the stream was cut", () => {
  const stream =
    'event: ready\nid: a-1\ndata: {}\n\nevent: lines\nid: a-2\ndata: {"lines":["x: y"]}\n\nevent: ping\ndata: {}\n\n';
  for (const size of [1, 2, 7, 1000]) {
    const reader = new EventReader();
    const events = (stream.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? []).flatMap((piece) =>
      reader.read(piece),
    );
    expect(events).toEqual([
      { event: "ready", id: "a-1", data: "{}" },
      { event: "lines", id: "a-2", data: '{"lines":["x: y"]}' },
      { event: "ping", id: "a-2", data: "{}" },
    ]);
  }
});

test("rows of different heights are found by where they stand", () => {
  const rows = rowHeights(4, 20, (row) => [1, 3, 1, 2][row]!);
  expect(rows.total).toBe(140);
  expect([0, 19, 20, 79, 80, 99, 100, 139, 5000].map(rows.rowAt)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 3]);
  expect([rows.topOf(3), rows.heightOf(3), rows.heightOf(1)]).toEqual([100, 40, 60]);
  expect(rowHeights(0, 20, () => 1)).toMatchObject({ total: 0 });
  expect([0, 80, 81, 161].map((length) => wrappedLines(length, 80))).toEqual([1, 1, 2, 3]);
});
