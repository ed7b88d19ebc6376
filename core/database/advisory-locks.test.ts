// Advisory locks have keys of their own, and all of them stand in one file.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { AdvisoryLock } from "./advisory-locks.ts";

const CORE = resolve(import.meta.dirname, "..");

test("no two kinds of lock share a key", () => {
  const keys = Object.values(AdvisoryLock);
  expect(new Set(keys).size).toBe(keys.length);
});

test("no file of the hub has a key of its own", () => {
  const files = readdirSync(CORE, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => !name.endsWith("advisory-locks.ts"));
  expect(files.length).toBeGreaterThan(100);
  const withNumber = files.filter((name) => /\b73\d\d\b/.test(readFileSync(join(CORE, name), "utf8")));
  expect(withNumber).toEqual([]);
});
