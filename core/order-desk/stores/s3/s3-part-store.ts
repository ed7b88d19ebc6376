// Parts in an S3-compatible store: clients send them there straight, and the hub fetches the archive when it is complete.
import { createHash } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { PartAddress } from "@thalamus/sdk";
import { CloudPart, CloudUpload, type CloudUploadRow } from "../../../database/entities/cloud-order.ts";
import type { FreeSpace } from "../../../files/free-space.ts";
import { TryUploadLater, UploadRefusal } from "../../../uploads/upload-problem.ts";
import { refused } from "../../refusals.ts";
import type { PartStore, StoredPart, WantedPart } from "../part-stores.ts";
import { type S3Client, S3Refusal } from "./s3-client.ts";

export interface S3StoreParts {
  readonly orm: MikroORM;
  readonly client: S3Client;
  /** What the keys of uploads begin with. */
  readonly prefix: string;
  /** Absolute; where archives lie while they are taken in. */
  readonly folder: string;
  readonly space: FreeSpace;
  readonly addressSeconds: number;
}

/** Fetched at once. */
const PIECE_BYTES = 8 * 2 ** 20;
/** The parts are not what was completed. */
const PART_FAULTS = ["InvalidPart", "InvalidPartOrder", "EntityTooSmall", "BadDigest", "InvalidRequest"];

export class S3PartStore implements PartStore {
  readonly #parts: S3StoreParts;

  constructor(parts: S3StoreParts) {
    this.#parts = parts;
  }

  async addresses(upload: CloudUploadRow, parts: readonly WantedPart[]): Promise<readonly PartAddress[]> {
    const { client, addressSeconds } = this.#parts;
    const { objectKey, multipartId, checked } = await this.#opened(upload, parts).catch(away);
    if (checked && parts.some(({ sha256 }) => sha256 === undefined)) {
      throw refused("desk.part-differs", "The first parts came with their SHA-256. Name it for every part.");
    }
    const expiresAt = new Date(Date.now() + addressSeconds * 1000);
    return parts.map(({ number, sha256 }) => {
      const sum = checked ? sha256 : undefined;
      const address = client.presignPart(objectKey!, multipartId!, number, sum, addressSeconds);
      return { number, ...address, expiresAt };
    });
  }

  async parts({ objectKey, multipartId }: CloudUploadRow): Promise<readonly StoredPart[]> {
    if (!objectKey || !multipartId) return [];
    return this.#parts.client.parts(objectKey, multipartId).catch(away);
  }

  async archive(upload: CloudUploadRow, signal: AbortSignal): Promise<readonly string[]> {
    const { client, folder, space, orm } = this.#parts;
    const { objectKey: key, multipartId } = upload;
    if (!key || !multipartId)
      throw new UploadRefusal("upload.lost", "The upload has no parts. Upload again.");
    const rows = await orm.em.fork().find(CloudPart, { upload: upload.id });
    const named = new Map(rows.map(({ number, named: sha256 }) => [number, sha256 ?? undefined]));
    const path = join(folder, upload.id, "archive");
    const bytes = upload.parts.reduce((sum, part) => sum + part.bytes, 0);
    if ((await space.measure()) - space.account.marks.keepFree < 2 * bytes)
      throw new TryUploadLater("intake.out-of-space", "Waiting: too little disk space is free.");
    await mkdir(join(folder, upload.id), { recursive: true, mode: 0o700 });
    try {
      const completed = upload.parts.map(({ number, etag }) => {
        return { number, etag, sha256: upload.checked ? named.get(number) : undefined };
      });
      await client.completeUpload(key, multipartId, completed).catch(completedBefore);
      await this.#fetch(upload, key, path, named, signal);
      return [path];
    } catch (error) {
      signal.throwIfAborted();
      throw explained(error);
    }
  }

  async clear({ id, objectKey, multipartId }: CloudUploadRow): Promise<void> {
    const { client, folder } = this.#parts;
    await rm(join(folder, id), { recursive: true, force: true });
    if (!objectKey) return;
    if (multipartId) await client.abortUpload(objectKey, multipartId);
    await client.deleteObject(objectKey);
  }

  /** The multipart upload is begun when the first addresses are asked for: by then it is known whether it is checked. */
  async #opened(upload: CloudUploadRow, parts: readonly WantedPart[]): Promise<CloudUploadRow> {
    if (upload.multipartId) return upload;
    const { client, orm, prefix } = this.#parts;
    const checked = parts.length > 0 && parts.every(({ sha256 }) => sha256 !== undefined);
    const objectKey = `${prefix}${upload.id}`;
    const multipartId = await client.createUpload(objectKey, checked);
    const mine = { id: upload.id, multipartId: null };
    const columns = { objectKey, multipartId, checked };
    const first = await orm.em.fork().nativeUpdate(CloudUpload, mine, columns);
    if (first === 0) await client.abortUpload(objectKey, multipartId);
    return orm.em.fork().findOneOrFail(CloudUpload, upload.id);
  }

  /** Piece by piece, each part held against the SHA-256 that was named for it. */
  async #fetch(
    { parts }: CloudUploadRow,
    key: string,
    path: string,
    named: ReadonlyMap<number, string | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    await using file = await open(path, "w", 0o600);
    let at = 0;
    for (const { number, bytes } of parts) {
      const sum = createHash("sha256");
      const end = at + bytes;
      while (at < end) {
        signal.throwIfAborted();
        const piece = await this.#parts.client.read(key, at, Math.min(end, at + PIECE_BYTES) - 1, signal);
        if (piece.length === 0) throw differs();
        sum.update(piece);
        await file.writeFile(piece);
        at += piece.length;
      }
      const wanted = named.get(number);
      if (wanted !== undefined && sum.digest("hex") !== wanted) throw differs();
    }
  }
}

/** For whoever waits for an answer; the reason is the operator's to find out. */
function away(error: unknown): never {
  if (!isOfStore(error)) throw error;
  throw refused("desk.busy", "The object store does not answer as it should. Try again later.");
}

const isOfStore = (error: unknown): boolean =>
  error instanceof S3Refusal || (error as Error).name === "HttpError";

const differs = () =>
  new UploadRefusal(
    "upload.checksum",
    "What lies in the object store differs from what was announced. Send it again.",
  );

/** An earlier try had come so far; whether the object is whole is seen when it is fetched. */
function completedBefore(error: unknown): void {
  if (!(error instanceof S3Refusal) || error.code !== "NoSuchUpload") throw error;
}

function explained(error: unknown): unknown {
  if (error instanceof UploadRefusal) return error;
  if (error instanceof S3Refusal) {
    if (PART_FAULTS.includes(error.code)) return differs();
    if (error.code === "NoSuchKey")
      return new UploadRefusal("upload.lost", "The object is not in the store any more. Upload again.");
  }
  if (!isOfStore(error)) return error;
  return new TryUploadLater("desk.store-away", "Waiting: the object store does not answer.");
}
