// Signs releases, keeps a feed of them, and packs one for hubs that reach no feed.
import { createHash, type KeyObject } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { Check } from "typebox/value";
import { compareVersions, Release, type SignedRelease, signRelease } from "../../core/updates/release.ts";
import { FEED_FORMAT } from "../../core/updates/release-feed.ts";

/** @throws Error when it is not in the form of a release */
export function signed(release: unknown, privateKey: KeyObject): SignedRelease {
  if (!Check(Release, release)) throw new Error("The release is not in the form that hubs read.");
  return { release, signature: signRelease(release, privateKey) };
}

/** Puts a release into a feed, in place of one of the same version; the newest one stands first. */
export function addToFeed(file: string, one: SignedRelease): void {
  const { version } = one.release as Release;
  const before = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as { releases: SignedRelease[] }).releases
    : [];
  const others = before.filter(({ release }) => (release as Release).version !== version);
  const releases = [one, ...others].toSorted((a, b) =>
    compareVersions((b.release as Release).version, (a.release as Release).version),
  );
  // who reads it meanwhile sees the old one or the new one
  writeFileSync(`${file}.part`, `${JSON.stringify({ format: FEED_FORMAT, releases }, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}

export async function fileFacts(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { bytes: (await stat(path)).size, sha256: hash.digest("hex") };
}

/** @param files by their names in the bundle: `archive.tar.gz`, `images.tar` */
export async function writeBundle(
  out: string,
  one: SignedRelease,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const tar = pack();
  const writing = pipeline(tar, createWriteStream(out));
  tar.entry({ name: "release.json" }, JSON.stringify(one));
  for (const [name, path] of Object.entries(files)) {
    const entry = tar.entry({ name, size: (await stat(path)).size });
    await pipeline(createReadStream(path), entry);
  }
  tar.finalize();
  await writing;
}
