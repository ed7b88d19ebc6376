// Refusals are on record, and whoever is refused all day long does not fill the journal.
import { expect, test } from "vitest";
import type { JournalLine } from "../observe/journal.ts";
import { RefusalJournal } from "./refusal-journal.ts";

function opened() {
  const lines: JournalLine[] = [];
  const warnings: string[] = [];
  const time = { now: 1_000_000_000 };
  const write = async (line: JournalLine) => {
    if (line.detail?.["broken"] === true) throw new Error("no database");
    lines.push(line);
  };
  const log = { warn: (event: string) => void warnings.push(event) };
  const refusals = new RefusalJournal(write, log, () => time.now);
  const refuse = (actor: string, address = "10.0.0.1", detail = {}) =>
    refusals.tell({ event: "api-key.refused", actor, address, detail });
  return { lines, warnings, time, refuse };
}

test("a script that is refused leaves ten lines an hour, and the next one says how many are missing", async () => {
  const { lines, time, refuse } = opened();
  for (let n = 0; n < 500; n += 1) await refuse("unknown");
  expect(lines.length).toBe(10);
  // somebody else is still heard
  await refuse("key:backup", "10.0.0.2");
  expect(lines.at(-1)).toMatchObject({ actor: "key:backup", detail: { address: "10.0.0.2" } });
  time.now += 3_600_001;
  await refuse("unknown");
  expect(lines.length).toBe(12);
  expect(lines.at(-1)!.detail).toEqual({ address: "10.0.0.1", unsaid: 490 });
});

test("many addresses together leave three hundred lines an hour", async () => {
  const { lines, time, refuse } = opened();
  for (let n = 0; n < 1000; n += 1) await refuse("unknown", `2001:db8::${n}`);
  expect(lines.length).toBe(300);
  time.now += 3_600_001;
  await refuse("unknown", "2001:db8::1");
  expect(lines.length).toBe(301);
});

test("a journal that cannot be written stands in nobody's way", async () => {
  const { lines, warnings, refuse } = opened();
  await refuse("unknown", "10.0.0.1", { broken: true });
  expect([lines, warnings]).toEqual([[], ["access.refusal-not-journalled"]]);
});
