// The programs of the embedded PostgreSQL are found and linked wherever they were installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { programsFrom } from "./postgres-home.ts";

let folder: string;
let packaged: string;
let root: string;
const run = (...words: string[]) => spawnSync(words[0]!, words.slice(1)).status === 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "postgres-home-"));
  [packaged, root] = [join(folder, "native"), join(folder, "data")];
  for (const path of [packaged, root]) mkdirSync(path);
});
afterEach(() => {
  run("umount", packaged);
  rmSync(folder, { recursive: true, force: true });
});

/** As the npm package brings it: no links, and programs that nobody may run yet. */
function install(): void {
  for (const path of ["bin", "lib"]) mkdirSync(join(packaged, path));
  for (const path of ["bin/postgres", "bin/initdb"])
    writeFileSync(join(packaged, path), "#!/bin/sh\n", { mode: 0o644 });
  writeFileSync(join(packaged, "lib/libpq.so.5.18"), "");
  const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
  writeFileSync(join(packaged, "pg-symlinks.json"), JSON.stringify(links));
}

test("they are linked and used where they are", () => {
  install();
  expect(programsFrom(packaged, root, {})).toBe(packaged);
  expect(readlinkSync(join(packaged, "lib/libpq.so.5"))).toBe("libpq.so.5.18");
});

test("of an installation that can only be read, as in a container, a whole copy is made beside the data", ({
  skip,
}) => {
  if (!run("mount", "-t", "tmpfs", "tmpfs", packaged)) skip("nothing can be mounted on this machine");
  install();
  expect(run("mount", "-o", "remount,ro", packaged)).toBe(true);
  // what a start left behind that was cut off
  mkdirSync(join(root, "postgres-programs.part/bin"), { recursive: true });
  const copy = join(root, "postgres-programs");
  for (const start of ["first", "second"]) {
    expect(programsFrom(packaged, root, {}), start).toBe(copy);
    expect(readlinkSync(join(copy, "lib/libpq.so.5"))).toBe("libpq.so.5.18");
    expect(run(join(copy, "bin/postgres"))).toBe(true);
  }
  expect(existsSync(join(root, "postgres-programs.part"))).toBe(false);
});
