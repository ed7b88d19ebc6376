// Parts on the hub's own disk: a folder for each upload, a file for each time a part was sent.
import { createHash, type KeyObject, randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { PartAddress } from "@thalamus/sdk";
import { CloudPart, CloudUpload, type CloudUploadRow } from "../../database/entities/cloud-order.ts";
import { flushFolder, forgetFolder } from "../../files/folder-flush.ts";
import type { SpaceAccount } from "../../files/space-account.ts";
import { SpaceGrant } from "../../files/space-grant.ts";
import { UploadRefusal } from "../../uploads/upload-problem.ts";
import { isUuid } from "../find-order.ts";
import { refused } from "../refusals.ts";
import { sealAddress } from "./part-address.ts";
import type { PartStore, StoredPart, WantedPart } from "./part-stores.ts";

export interface LocalStoreParts {
  readonly orm: MikroORM;
  /** Absolute; of all uploads of the desk. */
  readonly folder: string;
  readonly space: SpaceAccount;
  readonly addressKey: KeyObject;
  readonly addressSeconds: number;
}

/** A part that is on the disk and that no row names yet. */
export interface ReceivedPart {
  /** Name of its file in the folder of its upload. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export class LocalPartStore implements PartStore {
  readonly #parts: LocalStoreParts;

  constructor(parts: LocalStoreParts) {
    this.#parts = parts;
  }

  async addresses(
    upload: CloudUploadRow,
    parts: readonly WantedPart[],
    baseUrl: string,
  ): Promise<readonly PartAddress[]> {
    const { addressKey, addressSeconds } = this.#parts;
    const expiresAt = new Date((Math.floor(Date.now() / 1000) + addressSeconds) * 1000);
    return parts.map(({ number, sha256 }) => {
      const address = sealAddress(addressKey, { uploadId: upload.id, number, expiresAt, sha256 });
      return { number, url: `${baseUrl.replace(/\/+$/, "")}/${address}`, headers: {}, expiresAt };
    });
  }

  async parts(upload: CloudUploadRow): Promise<readonly StoredPart[]> {
    const where = { upload: upload.id, etag: { $ne: null } };
    const rows = await this.#parts.orm.em.fork().find(CloudPart, where, { orderBy: { number: "asc" } });
    return rows.map(({ number, etag, bytes }) => ({ number, etag: etag!, bytes }));
  }

  async archive(upload: CloudUploadRow): Promise<readonly string[]> {
    const rows = await this.#parts.orm.em.fork().find(CloudPart, { upload: upload.id });
    const files = new Map(rows.map(({ number, file }) => [number, file]));
    return upload.parts.map(({ number }) => {
      const file = files.get(number);
      if (file) return join(this.#folderOf(upload.id), file);
      throw new UploadRefusal("upload.lost", "The bytes of the upload are not there any more. Upload again.");
    });
  }

  async clear(upload: CloudUploadRow): Promise<void> {
    const folder = this.#folderOf(upload.id);
    await forgetFolder(folder);
    await rm(folder, { recursive: true, force: true });
  }

  /**
   * Writes a part, durably, under a name that nothing else has.
   * @param most bytes it may have
   * @throws DeskRefusal `desk.too-large`, `desk.no-space`, or what the stream throws; then nothing of it is left
   */
  async receive(
    uploadId: string,
    number: number,
    content: AsyncIterable<Buffer>,
    most: number,
  ): Promise<ReceivedPart> {
    const grant = SpaceGrant.open(this.#parts.space);
    if (!grant) throw refused("desk.no-space");
    const folder = this.#folderOf(uploadId);
    const file = `${number}-${randomBytes(8).toString("hex")}`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const received = await writePart(join(folder, file), content, most, grant);
      await flushFolder(folder);
      await flushFolder(this.#parts.folder);
      return { file, ...received };
    } catch (error) {
      await this.remove(uploadId, file);
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOSPC" || code === "EDQUOT") throw refused("desk.no-space");
      throw error;
    } finally {
      grant.end();
    }
  }

  /** A part that was sent again, or that came too late. */
  async remove(uploadId: string, file: string): Promise<void> {
    await rm(join(this.#folderOf(uploadId), file), { force: true });
    // the upload may have been cleared meanwhile; a folder with other parts in it stays
    await rmdir(this.#folderOf(uploadId)).catch(() => undefined);
  }

  /** Removes folders whose upload is over: a part may have come while it was cleared. */
  async sweep(): Promise<void> {
    const ids = (await readdir(this.#parts.folder)).filter(isUuid);
    const where = { id: { $in: ids }, cleared: false };
    const needed = await this.#parts.orm.em.fork().find(CloudUpload, where, { fields: ["id"] });
    const kept = new Set(needed.map(({ id }) => id));
    for (const id of ids) if (!kept.has(id)) await rm(this.#folderOf(id), { recursive: true, force: true });
  }

  #folderOf(uploadId: string): string {
    return join(this.#parts.folder, uploadId);
  }
}

async function writePart(
  path: string,
  content: AsyncIterable<Buffer>,
  most: number,
  grant: SpaceGrant,
): Promise<Omit<ReceivedPart, "file">> {
  const hash = createHash("sha256");
  let bytes = 0;
  await using file = await open(path, "wx", 0o600);
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > most) throw refused("desk.too-large");
    if (!grant.take(chunk.length)) throw refused("desk.no-space");
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.datasync();
  return { bytes, sha256: hash.digest("hex") };
}
