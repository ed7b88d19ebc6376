// An archive that was sent in parts reads as the one it is, wherever the cuts are.
import { hash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Value } from "typebox/value";
import { afterAll, expect, test } from "vitest";
import { tarGzOf, zipOf } from "../../test/support/archives.ts";
import { UploadSettings } from "../config/upload-settings.ts";
import { UnpackLimits } from "./archive-entry.ts";
import { ArchiveFile } from "./archive-file.ts";
import { archiveKind, walkThrough } from "./archive-kind.ts";
import { UploadRefusal } from "./upload-problem.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-archive-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = Value.Default(UploadSettings, {}) as UploadSettings;

let made = 0;
function parted(bytes: Buffer, cuts: readonly number[]): string[] {
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((to, index) => {
    const path = join(folder, `${++made}.part`);
    writeFileSync(path, bytes.subarray(edges[index], to));
    return path;
  });
}

const files = Array.from({ length: 40 }, (_, number) => ({
  path: `f/${number}`,
  // some do not pack, so that the archive is large enough for cuts within files
  bytes: number % 2 ? randomBytes(5000) : Buffer.alloc(300_000, number),
}));

const wanted = files.map(({ path, bytes }) => `${path} ${hash("sha256", bytes)}`);

async function contents(paths: readonly string[]) {
  await using file = await ArchiveFile.open(paths);
  const seen: string[] = [];
  const kind = await archiveKind(file);
  for await (const entry of walkThrough(file, kind, new UnpackLimits(settings, file.size))) {
    const pieces: Buffer[] = [];
    for await (const piece of entry.read()) pieces.push(piece);
    seen.push(`${entry.path} ${hash("sha256", Buffer.concat(pieces))}`);
  }
  return { kind, seen };
}

test.each([
  ["zip", zipOf],
  ["tar.gz", tarGzOf],
] as const)("a %s in one part, in seven, and in pieces of one byte around its edges", async (kind, pack) => {
  const bytes = await pack(files);
  const { length } = bytes;
  const seven = [1, 2, 3, 4, 5, 6].map((n) => Math.floor((length * n) / 7));
  for (const cuts of [[], seven, [1, 2, 3, length - 25, length - 3, length - 1]]) {
    expect(await contents(parted(bytes, cuts))).toEqual({ kind, seen: wanted });
  }
});

test("a part that is cut short makes the archive a damaged one, not a shorter one", async () => {
  const paths = parted(await zipOf(files), [20_000]);
  await using file = await ArchiveFile.open(paths);
  truncateSync(paths[1]!, 10);
  const walk = walkThrough(file, "zip", new UnpackLimits(settings, file.size));
  const through = async () => {
    for await (const entry of walk) expect(entry.position).toBeGreaterThan(0);
  };
  await expect(through()).rejects.toThrow(UploadRefusal);
});

test("a part that is not there is an error, and the others are closed again", async () => {
  const [there = ""] = parted(Buffer.from("abc"), []);
  await expect(ArchiveFile.open([there, join(folder, "none")])).rejects.toThrow("ENOENT");
});
