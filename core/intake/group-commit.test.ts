// One transaction serves everybody who waits, and one bad arrival does not refuse its neighbours.
import { expect, test } from "vitest";
import { type Arrival, GroupCommit } from "./group-commit.ts";

const arrival = (path: string) => ({ path }) as Arrival;
const accepted = (studyId: string) => ({ outcome: "stored", studyId }) as const;

test("arrivals that come while a batch is being written share the next one", async () => {
  const sizes: number[] = [];
  const commit = new GroupCommit(async (batch) => {
    sizes.push(batch.length);
    await new Promise((resolve) => setImmediate(resolve));
    return batch.map(({ path }) => accepted(path));
  });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => commit.add(arrival(String(i)))));
  expect(answers.map(({ studyId }) => studyId)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
  expect(sizes).toEqual([1, 49]);
});

test("a batch that fails is written one by one, so that only the bad one is refused", async () => {
  const commit = new GroupCommit(async (batch) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (batch.some(({ path }) => path === "bad")) throw new Error("bad row");
    return batch.map(({ path }) => accepted(path));
  });
  const all = ["first", "good", "bad", "fine"].map((path) => commit.add(arrival(path)));
  const ends = await Promise.allSettled(all);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
});

test("draining waits until nothing is on its way", async () => {
  let written = 0;
  const commit = new GroupCommit(async (batch) => {
    await new Promise((resolve) => setImmediate(resolve));
    written += batch.length;
    return batch.map(() => accepted(""));
  });
  for (let i = 0; i < 10; i++) void commit.add(arrival(""));
  await commit.drain();
  expect(written).toBe(10);
});
