// What a browser loads before the console shows anything stays within its budget.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const DIST = resolve(import.meta.dirname, "../../admin/dist");
const PAGE = join(DIST, "index.html");
const BUDGET_BYTES = 380_000;

test.skipIf(!existsSync(PAGE))("the first load of the console is at most 380 kB of gzip", () => {
  const names = [...readFileSync(PAGE, "utf8").matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
    ([, name]) => name!,
  );
  const sizes = names.map((name) => gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length);
  expect(names.length).toBeGreaterThan(2);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(BUDGET_BYTES);
});
