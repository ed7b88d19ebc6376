// Tests of reading and writing NIfTI: round trip, byte order, blank free text, damaged files.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { Unsuitable } from "../contract/refusal.ts";
import { encodeNifti, readNifti } from "./nifti.ts";

const folder = mkdtempSync(join(tmpdir(), "nifti-"));
afterAll(() => rmSync(folder, { recursive: true }));

const grid = {
  size: [2, 3, 2],
  spacing: [1.5, 2, 2.5],
  affine: [
    [-1.5, 0, 0, 10],
    [0, 2, 0, -20],
    [0, 0, 2.5, 30],
  ],
} as const;
const map = Float32Array.from({ length: 12 }, (_, i) => i / 4);

const saved = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

test("a written map reads back with its values and its place in the scanner", async () => {
  const series = await readNifti(saved("map.nii.gz", encodeNifti(grid, map)));
  expect(series.grid).toEqual(grid);
  expect(series.volumes).toBe(1);
  expect([...series.stored]).toEqual([...map]);
});

test("a written header holds no text but its magic number", () => {
  const bytes = gunzipSync(encodeNifti(grid, map));
  // db_name and data_type at 4, descrip and aux_file at 148, intent_name at 328.
  for (const [start, end] of [[4, 38] as const, [148, 252] as const, [328, 344] as const]) {
    expect(bytes.subarray(start, end).every((byte) => byte === 0)).toBe(true);
  }
  expect(bytes.toString("latin1", 344, 348)).toBe("n+1\0");
});

test("a big-endian file reads like a little-endian one", async () => {
  const little = gunzipSync(encodeNifti(grid, map));
  const big = Buffer.from(little);
  const swap = (start: number, end: number, width: number) => {
    for (let at = start; at < end; at += width) big.subarray(at, at + width).reverse();
  };
  swap(0, 4, 4);
  swap(40, 56, 2);
  swap(70, 74, 2);
  swap(76, 120, 4);
  swap(252, 256, 2);
  swap(280, 328, 4);
  swap(352, big.length, 4);
  const series = await readNifti(saved("big.nii", big));
  expect(series.grid).toEqual(grid);
  expect([...series.stored]).toEqual([...map]);
});

test("a voxel grid given by a quaternion equals the one given by a matrix", async () => {
  const bytes = Buffer.from(gunzipSync(encodeNifti(grid, map)));
  bytes.writeInt16LE(0, 254);
  bytes.writeInt16LE(1, 252);
  // Half a turn about the y axis, with the k axis reversed, is a flip of the i axis.
  bytes.writeFloatLE(-1, 76);
  bytes.writeFloatLE(0, 256);
  bytes.writeFloatLE(1, 260);
  bytes.writeFloatLE(0, 264);
  for (const [n, offset] of [10, -20, 30].entries()) bytes.writeFloatLE(offset, 268 + 4 * n);
  const { affine } = (await readNifti(saved("quaternion.nii", bytes))).grid;
  for (const [r, row] of grid.affine.entries()) {
    for (const [c, value] of row.entries()) expect(affine[r]![c]).toBeCloseTo(value, 6);
  }
});

/** RFC 1952 2.3.1: the checksum is the first half of the last eight bytes. */
const withoutChecksum = (bytes: Buffer) => bytes.fill(0, bytes.length - 8, bytes.length - 4);

test.each([
  ["a truncated file", (bytes: Buffer) => bytes.subarray(0, 380)],
  ["a file of another kind", (bytes: Buffer) => Buffer.alloc(bytes.length, 1)],
  ["an empty file", () => Buffer.alloc(0)],
  ["a compressed file that ends early", (bytes: Buffer) => gzipSync(bytes).subarray(0, 60)],
  ["a compressed file with a wrong checksum", (bytes: Buffer) => withoutChecksum(gzipSync(bytes))],
  [
    "a compressed file with much behind its voxels",
    (bytes: Buffer) => gzipSync(Buffer.concat([bytes, Buffer.alloc(2e6)])),
  ],
])("%s is refused as unreadable", async (name, change) => {
  const path = saved(`${name}.nii`, change(gunzipSync(encodeNifti(grid, map))));
  await expect(readNifti(path)).rejects.toThrow(expect.objectContaining({ code: "NIFTI_UNREADABLE" }));
});

test("an image above the limit is refused before its memory is taken", async () => {
  const path = saved("large.nii.gz", encodeNifti(grid, map));
  await expect(readNifti(path, 40)).rejects.toThrow(expect.objectContaining({ code: "SERIES_TOO_LARGE" }));
  await expect(readNifti(path, 40)).rejects.toThrow(Unsuitable);
});
