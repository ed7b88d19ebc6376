// A large object takes no more memory than a small one, and its bytes arrive.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { DeidBench } from "../testing/deid-bench.ts";
import { EXPLICIT, encodeRaw, rawMrFile, text } from "../testing/raw-object.ts";

const bench = new DeidBench();
afterAll(() => bench.close());
const MEGABYTES = 200;

/** Pixel data of so many megabytes, and an element behind it. */
function largeFile(path: string): void {
  const small = rawMrFile([]);
  const pixels = small.length - 8;
  const file = openSync(path, "w");
  const head = Buffer.from(small.subarray(0, pixels));
  head.writeUInt32LE(MEGABYTES * 1024 ** 2, pixels - 4);
  writeSync(file, head);
  const piece = Buffer.alloc(1024 ** 2);
  for (let index = 0; index < MEGABYTES; index += 1) {
    piece.fill(index);
    writeSync(file, piece);
  }
  writeSync(file, encodeRaw([text(0x7fe10010, "LO", "QZXVKW")], EXPLICIT));
  closeSync(file);
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

it("A-108 an object of 200 MB passes through within 64 MB, with the checksums of both files", () => {
  const [source, target] = [join(bench.folder, "large.dcm"), join(bench.folder, "copy.dcm")];
  largeFile(source);
  const warm = openSync(join(bench.folder, "warm.dcm"), "w");
  writeSync(warm, rawMrFile([]));
  closeSync(warm);
  const program = join(import.meta.dirname, "../testing/measured-copy.ts");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, join(bench.folder, "warm.dcm"), source, target],
    {
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
  const { grown, report } = JSON.parse(stdout);
  expect(grown).toBeLessThan(64);
  const [before, after] = [readFileSync(source), readFileSync(target)];
  expect([report.sourceSha256, report.outputSha256]).toEqual([sha256(before), sha256(after)]);
  const { source: from, output: to } = report.pixels;
  expect(after.subarray(to.from, to.to).equals(before.subarray(from.from, from.to))).toBe(true);
  expect(after.length).toBe(to.to);
});
