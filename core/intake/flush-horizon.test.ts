// One number tells which rows have their file on the disk; it never runs ahead of a flush that still waits.
import { expect, test } from "vitest";
import { FlushHorizon } from "./flush-horizon.ts";

function horizon() {
  const written: number[] = [];
  const under = new FlushHorizon(async (row) => {
    written.push(row);
  });
  return { under, written };
}

test("the horizon stays before the first row whose file is not on the disk", () => {
  const { under } = horizon();
  for (const row of [4, 7, 9]) under.committed(row);
  under.flushed(7);
  expect(under.certain).toBe(3);
  under.flushed(4);
  expect(under.certain).toBe(8);
  under.flushed(9);
  expect(under.certain).toBe(9);
});

test("stopping writes it once more, and nothing when nothing came", async () => {
  const { under, written } = horizon();
  await under.stop();
  under.committed(5);
  under.flushed(5);
  await under.stop();
  await under.stop();
  expect(written).toEqual([5]);
});

test("while the database is away it is not taken for written", async () => {
  let away = true;
  const written: number[] = [];
  const under = new FlushHorizon(async (row) => {
    if (away) throw new Error("the database is away");
    written.push(row);
  });
  under.committed(1);
  under.flushed(1);
  await under.stop();
  away = false;
  await under.stop();
  expect(written).toEqual([1]);
});
