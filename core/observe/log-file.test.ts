// A log whose disk is full: lines are lost, the process goes on and ends.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LogFile } from "./log-file.ts";

/** Every write to it says that there is no space. */
const FULL = "/dev/full";

test("lines are in the file after a flush", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-log-"));
  const file = new LogFile(join(folder, "hub.log"));
  file.write("one\n");
  const path = join(folder, "hub.log");
  await expect.poll(() => existsSync(path) && readFileSync(path, "utf8")).toBe("one\n");
  file.write("two\n");
  file.flush();
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!existsSync(FULL))("a full disk neither throws nor holds the process up", async () => {
  const file = new LogFile(FULL);
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
