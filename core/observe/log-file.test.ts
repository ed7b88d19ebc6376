// A log whose disk is full: lines are lost, the process goes on and ends.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LogFile } from "./log-file.ts";

/** Every write to it says that there is no space. */
const FULL = "/dev/full";

test("no line waits after a flush", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-log-"));
  const file = new LogFile({ folder });
  file.write("one\n");
  const path = join(folder, "hub.log");
  await expect.poll(() => existsSync(path) && readFileSync(path, "utf8")).toBe("one\n");
  file.write("two\n");
  file.flush();
  // it may be under way already, which ends in its own time
  await expect.poll(() => readFileSync(path, "utf8")).toBe("one\ntwo\n");
  rmSync(folder, { recursive: true, force: true });
});

test("A-211 the file of a day gets its name when the day is over, also at a start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-log-"));
  const today = new Date();
  let now = today;
  const file = new LogFile({ folder }, () => now);
  const path = join(folder, "hub.log");
  const content = () => (existsSync(path) ? readFileSync(path, "utf8") : "");
  file.write("of the first day\n");
  await expect.poll(content).toBe("of the first day\n");
  now = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, 0, 0, 1);
  file.write("of the second day\n");
  await expect.poll(content).toBe("of the second day\n");
  const [aside = ""] = readdirSync(folder).filter((name) => name !== "hub.log");
  expect(aside).toMatch(/^hub-\d{4}-\d{2}-\d{2}\.log$/);
  expect(readFileSync(join(folder, aside), "utf8")).toBe("of the first day\n");

  // born on what is now another day, too
  now = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 2);
  new LogFile({ folder }, () => now).write("of the third day\n");
  await expect.poll(content).toBe("of the third day\n");
  expect(readdirSync(folder)).toHaveLength(3);
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!existsSync(FULL))("a full disk neither throws nor holds the process up", async () => {
  const file = new LogFile({ file: FULL });
  file.write("first\n");
  await failed(file);
  file.write("second\n");
  file.flush();
  file.write("after the end\n");
});

/** Resolves when the file knows that it cannot write. */
async function failed(file: LogFile): Promise<void> {
  while (!file.failing) await new Promise((resolve) => setImmediate(resolve));
}
