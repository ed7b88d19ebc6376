// Unpacks the archive of a release beside the one that runs: whole or not at all, and nothing outside of its folder.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join, normalize, posix } from "node:path";
import { pipeline as pipe } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Header } from "tar-stream";
import { runCommand } from "./switch-plan.ts";
import { tarEntries } from "./tar-entries.ts";
import { UpdateRefusal } from "./update-refusal.ts";

/** @throws UpdateRefusal `update.checksum` */
export async function checkArchive(path: string, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  if (hash.digest("hex") === sha256) return;
  const message = "The file differs from the checksum in the signed release. It was not taken.";
  throw new UpdateRefusal("update.checksum", message);
}

/**
 * @param folder must not be there yet, unless it is the same release, which then stays
 * @throws UpdateRefusal `update.archive`
 */
export async function unpackRelease(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  if (await isThere(join(folder, "package.json"))) return;
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o755 });
  try {
    await unpack(archive, part, signal);
    if (!(await isThere(join(part, "package.json"))))
      throw new UpdateRefusal(
        "update.archive",
        "The archive holds no release: there is no package.json in it.",
      );
    // what is renamed must be on the disk
    await runCommand(["sync", "-f", part], () => undefined).catch(() => undefined);
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (error instanceof UpdateRefusal || signal.aborted) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new UpdateRefusal("update.archive", `The archive cannot be unpacked (${reason}).`);
  }
}

async function unpack(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  const links: { readonly path: string; readonly target: string }[] = [];
  const packed = createReadStream(archive);
  // an error of either comes out of the last one
  const source = pipe(packed, createGunzip(), () => undefined);
  for await (const { header, content } of tarEntries(source)) {
    signal.throwIfAborted();
    const path = pathIn(folder, header.name);
    if (header.type === "directory") await mkdir(path, { recursive: true, mode: 0o755 });
    else if (header.type === "symlink") links.push({ path, target: targetOf(header) });
    else if (header.type === "file") {
      await mkdir(dirname(path), { recursive: true, mode: 0o755 });
      const mode = (header.mode ?? 0) & 0o100 ? 0o755 : 0o644;
      await pipeline(content, createWriteStream(path, { mode }));
    } else
      throw new UpdateRefusal("update.archive", "The archive has an entry of a kind that no release has.");
  }
  // only now: nothing is ever written through one
  for (const { path, target } of links) {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await symlink(target, path);
  }
}

function pathIn(folder: string, name: string): string {
  const path = normalize(name);
  if (path.startsWith("..") || path.startsWith("/") || path.includes("\0"))
    throw new UpdateRefusal("update.archive", "The archive has an entry outside of its folder.");
  return join(folder, path);
}

/** Steps up come first, and not too many of them, so that a link through a link leads nowhere else. */
function targetOf({ name, linkname }: Header): string {
  const target = linkname ?? "";
  const inside = posix.normalize(posix.join(posix.dirname(name), target));
  const isPlain =
    /^(\.\.\/)*[^/]/.test(target) &&
    !target
      .replace(/^(\.\.\/)*/, "")
      .split("/")
      .includes("..");
  if (!isPlain || inside.startsWith("..") || target.startsWith("/"))
    throw new UpdateRefusal("update.archive", "The archive has a link that leads out of it.");
  return target;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
