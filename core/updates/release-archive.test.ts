// Archives of releases and releases as a file: whole or not at all, and nothing outside of the folder.
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { offlineIn, takeOffline } from "./offline-release.ts";
import { checkArchive, unpackRelease } from "./release-archive.ts";
import { KEYS, type PackedEntry, sha256Of, signedSample, tarOf } from "./testing/sample-release.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "thalamus-release-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signal = AbortSignal.timeout(30_000);
const PACKAGE: PackedEntry = { header: { name: "./package.json" }, content: '{"version":"0.2.0"}' };
const refused = (code: string) => expect.objectContaining({ code });

async function unpack(entries: readonly PackedEntry[]): Promise<string> {
  const archive = join(folder, "a.tar.gz");
  writeFileSync(archive, await tarOf(entries, true));
  const release = join(folder, "releases/0.2.0");
  await unpackRelease(archive, release, signal);
  return release;
}

describe("the archive of a release", () => {
  test("is unpacked with programs and links", async () => {
    const release = await unpack([
      PACKAGE,
      { header: { name: "./bin", type: "directory" } },
      { header: { name: "bin/hub", mode: 0o755 }, content: "#!/bin/sh\n" },
      { header: { name: "lib/node/hub", type: "symlink", linkname: "../../bin/hub" } },
    ]);
    expect(readFileSync(join(release, "lib/node/hub"), "utf8")).toBe("#!/bin/sh\n");
    expect(statSync(join(release, "bin/hub")).mode & 0o111).toBe(0o111);
    expect(lstatSync(join(release, "lib/node/hub")).isSymbolicLink()).toBe(true);
    expect(existsSync(`${release}.part`)).toBe(false);
  });

  test.each<[string, PackedEntry[]]>([
    ["a file above it", [PACKAGE, { header: { name: "../evil" }, content: "x" }]],
    ["an absolute path", [PACKAGE, { header: { name: "/tmp/evil" }, content: "x" }]],
    ["a link out of it", [PACKAGE, { header: { name: "a", type: "symlink", linkname: "../../x" } }]],
    ["an absolute link", [PACKAGE, { header: { name: "a", type: "symlink", linkname: "/etc" } }]],
    ["a link through a link", [PACKAGE, { header: { name: "q", type: "symlink", linkname: "a/../x" } }]],
    ["a device", [PACKAGE, { header: { name: "null", type: "character-device" } }]],
    ["no release", [{ header: { name: "README" }, content: "x" }]],
  ])("with %s is refused, and nothing of it stays", async (_, entries) => {
    await expect(unpack(entries)).rejects.toThrow(refused("update.archive"));
    expect(existsSync(join(folder, "releases/0.2.0"))).toBe(false);
    expect(existsSync(join(folder, "releases/0.2.0.part"))).toBe(false);
    expect(existsSync(join(folder, "evil"))).toBe(false);
  });

  test("that was cut, or is another one than was signed, is refused", async () => {
    const archive = join(folder, "a.tar.gz");
    const whole = await tarOf(
      [PACKAGE, { header: { name: "data" }, content: Buffer.alloc(50_000, "x") }],
      true,
    );
    writeFileSync(archive, whole.subarray(0, whole.length - 20));
    await expect(unpackRelease(archive, join(folder, "r"), signal)).rejects.toThrow(
      refused("update.archive"),
    );
    await expect(checkArchive(archive, sha256Of(whole))).rejects.toThrow(refused("update.checksum"));
  });
});

describe("a release as a file", () => {
  const archive = Buffer.from("this is the archive");
  const described = { bytes: archive.length, sha256: sha256Of(archive) };
  const description = (signed: unknown = signedSample({ archive: described })): PackedEntry => ({
    header: { name: "release.json" },
    content: JSON.stringify(signed),
  });
  const content: PackedEntry = { header: { name: "archive.tar.gz" }, content: archive };
  const take = async (entries: readonly PackedEntry[], cut = 0) => {
    const tar = await tarOf(entries);
    const bytes = tar.subarray(0, tar.length - cut);
    return takeOffline(
      join(folder, "offline"),
      Readable.from([bytes], { objectMode: false }),
      KEYS.publicKey,
    );
  };

  test("A-277 is taken in with its signature, and is there after a restart", async () => {
    const taken = await take([description(), content]);
    expect(taken.release.version).toBe("0.2.0");
    expect(readFileSync(taken.files.archive!)).toEqual(archive);
    expect(await offlineIn(join(folder, "offline"), KEYS.publicKey)).toEqual(taken);
  });

  test.each<[string, string, PackedEntry[]]>([
    ["unsigned", "update.unsigned", [description({ release: signedSample().release }), content]],
    [
      "with another content",
      "update.checksum",
      [description(), { ...content, content: "another archive!!!!" }],
    ],
    ["without its content", "update.bundle", [description()]],
    ["with its content first", "update.bundle", [content, description()]],
    ["with what the release does not name", "update.bundle", [description(signedSample()), content]],
    ["that is something else", "update.bundle", [{ header: { name: "x" }, content: "x" }]],
  ])("%s is refused with %s, and the one before stays", async (_, code, entries) => {
    const before = await take([description(), content]);
    await expect(take(entries)).rejects.toThrow(refused(code));
    expect(await offlineIn(join(folder, "offline"), KEYS.publicKey)).toEqual(before);
    expect(existsSync(join(folder, "offline.part"))).toBe(false);
  });

  test("that was cut off is refused", async () => {
    await expect(take([description(), content], 1200)).rejects.toThrow(refused("update.bundle"));
  });
});
