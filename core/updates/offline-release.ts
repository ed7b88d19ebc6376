// A release that came as a file: a TAR of `release.json` with its signature, and of the archive or the images themselves.
import { createHash, type KeyObject } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Release, type SignedRelease, verifiedRelease } from "./release.ts";
import { tarEntries } from "./tar-entries.ts";
import { UpdateRefusal } from "./update-refusal.ts";

export interface OfflineRelease {
  readonly release: Release;
  /** Files that came with it, by what they are. */
  readonly files: Partial<Readonly<Record<OfflineKind, string>>>;
}

/** Names in the TAR, and what the release calls them. */
const KINDS = { "archive.tar.gz": "archive", "images.tar": "imageArchive" } as const;
type OfflineKind = (typeof KINDS)[keyof typeof KINDS];

const LARGEST_DESCRIPTION = 200_000;

/**
 * Takes a file in, in place of the one before. The signature comes first: of an unsigned one not a byte is kept.
 * @throws UpdateRefusal
 */
export async function takeOffline(
  folder: string,
  source: AsyncIterable<Uint8Array>,
  key: KeyObject,
): Promise<OfflineRelease> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  try {
    await unpack(part, source, key);
    const taken = await offlineIn(part, key);
    if (!taken || Object.keys(taken.files).length === 0)
      throw new UpdateRefusal(
        "update.bundle",
        "The file holds no release: release.json or the release itself is missing.",
      );
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (error instanceof UpdateRefusal) throw error;
    throw new UpdateRefusal("update.bundle", "The file is no release, or it is damaged or incomplete.");
  }
  return (await offlineIn(folder, key))!;
}

/** What was taken in before; undefined when there is nothing, or the key has changed. */
export async function offlineIn(folder: string, key: KeyObject): Promise<OfflineRelease | undefined> {
  try {
    const { signed, files } = JSON.parse(await readFile(join(folder, "taken.json"), "utf8")) as Taken;
    const release = verifiedRelease(signed, key);
    const paths = files.map((name) => [KINDS[name], join(folder, name)] as const);
    return { release, files: Object.fromEntries(paths) };
  } catch {
    return undefined;
  }
}

interface Taken {
  readonly signed: SignedRelease;
  readonly files: readonly (keyof typeof KINDS)[];
}

async function unpack(folder: string, source: AsyncIterable<Uint8Array>, key: KeyObject): Promise<void> {
  let signed: SignedRelease | undefined;
  let release: Release | undefined;
  const files: (keyof typeof KINDS)[] = [];
  for await (const { header, content } of tarEntries(source)) {
    const name = header.name.replace(/^\.\//, "");
    if (name === "release.json") {
      signed = JSON.parse(await text(content)) as SignedRelease;
      release = verifiedRelease(signed, key);
      continue;
    }
    if (!Object.hasOwn(KINDS, name)) continue;
    if (!release)
      throw new UpdateRefusal("update.bundle", "release.json has to be the first file in the TAR.");
    const known = name as keyof typeof KINDS;
    const said = release[KINDS[known]];
    if (!said) throw new UpdateRefusal("update.bundle", `The signed release says nothing of ${name}.`);
    await keep(join(folder, known), content, said.sha256);
    files.push(known);
  }
  if (signed)
    await writeFile(join(folder, "taken.json"), JSON.stringify({ signed, files } satisfies Taken), {
      mode: 0o600,
    });
}

async function keep(path: string, content: AsyncIterable<Buffer>, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  const counted = async function* () {
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(counted(), createWriteStream(path, { mode: 0o600 }));
  if (hash.digest("hex") !== sha256)
    throw new UpdateRefusal(
      "update.checksum",
      "The file differs from the checksum in the signed release. It was not taken.",
    );
}

async function text(content: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > LARGEST_DESCRIPTION) throw new UpdateRefusal("update.bundle", "release.json is too large.");
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}
