// What a browser loads before the console shows anything, and for a PDF, stays within its budget.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const DIST = resolve(import.meta.dirname, "../../admin/dist");
const PAGE = join(DIST, "index.html");
const BUDGET_BYTES = 380_000;
const PDF_BUDGET_BYTES = 200_000;
const PDF_WORKER_BUDGET_BYTES = 400_000;

test.skipIf(!existsSync(PAGE))("the first load of the console is at most 380 kB of gzip", () => {
  const names = [...readFileSync(PAGE, "utf8").matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
    ([, name]) => name!,
  );
  expect(names.length).toBeGreaterThan(2);
  expect(sizeOf(names)).toBeLessThanOrEqual(BUDGET_BYTES);
});

test.skipIf(!existsSync(PAGE))(
  "a PDF costs at most 200 kB of gzip and its worker, and nothing before",
  () => {
    const assets = readdirSync(join(DIST, "assets")).map((name) => `assets/${name}`);
    const drawing = assets.filter((name) => /\/pdf-pages-[^/]+\.(js|css)$/.test(name));
    const worker = assets.filter((name) => /\/pdf\.worker[^/]+\.mjs$/.test(name));
    expect([drawing.length, worker.length]).toEqual([1, 1]);
    expect(sizeOf(drawing)).toBeLessThanOrEqual(PDF_BUDGET_BYTES);
    expect(sizeOf(worker)).toBeLessThanOrEqual(PDF_WORKER_BUDGET_BYTES);
    expect(readFileSync(PAGE, "utf8")).not.toMatch(/pdf/);
  },
);

/** Bytes after gzip. */
function sizeOf(names: readonly string[]): number {
  const sizes = names.map((name) => gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}
