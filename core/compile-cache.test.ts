// The folder of compiled code is this user's alone, or there is none.
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { privateFolder } from "./compile-cache.mjs";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "compile-cache-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

it("is made for this user, and taken again", () => {
  const folder = privateFolder(parent)!;
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(privateFolder(parent)).toBe(folder);
});

it("is not taken when others may write it, when it is a link, or when it cannot be made", () => {
  const folder = privateFolder(parent)!;
  chmodSync(folder, 0o770);
  expect(privateFolder(parent)).toBeUndefined();
  rmSync(folder, { recursive: true });
  symlinkSync(tmpdir(), folder);
  expect(privateFolder(parent)).toBeUndefined();
  expect(privateFolder(join(parent, "nowhere"))).toBeUndefined();
  expect(existsSync(join(parent, "nowhere"))).toBe(false);
});
