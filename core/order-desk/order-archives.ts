// The archives of an order as one: walked through one after the other, with one count of files and bytes.
import { createHash } from "node:crypto";
import type { UploadSettings } from "../config/upload-settings.ts";
import type { CloudUploadRow } from "../database/entities/cloud-order.ts";
import { type ArchiveEntry, type ArchiveWalk, UnpackLimits } from "../uploads/archive-entry.ts";
import { ArchiveFile } from "../uploads/archive-file.ts";
import { type ArchiveKind, archiveKind, walkThrough } from "../uploads/archive-kind.ts";
import { TryUploadLater, UploadRefusal } from "../uploads/upload-problem.ts";
import type { PartStores } from "./stores/part-stores.ts";

interface OpenArchive {
  readonly upload: CloudUploadRow;
  readonly file: ArchiveFile;
  readonly kind: ArchiveKind;
}

export class OrderArchives implements AsyncDisposable {
  readonly #archives: readonly OpenArchive[];

  private constructor(archives: readonly OpenArchive[]) {
    this.#archives = archives;
  }

  /**
   * @param uploads complete ones, in the order of their archives
   * @throws UploadRefusal or TryUploadLater
   */
  static async open(
    stores: PartStores,
    uploads: readonly CloudUploadRow[],
    signal: AbortSignal,
  ): Promise<OrderArchives> {
    const opened: OpenArchive[] = [];
    try {
      for (const upload of uploads) {
        const store = stores.of(upload);
        if (!store)
          throw new TryUploadLater("desk.no-store", "The hub is not configured for the store it lies in.");
        const file = await ArchiveFile.open(await store.archive(upload, signal)).catch(unreadable);
        opened.push({ upload, file, kind: "file" });
        opened[opened.length - 1] = { upload, file, kind: await archiveKind(file) };
      }
      return new OrderArchives(opened);
    } catch (error) {
      for (const { file } of opened) await file[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Holds what is here against what was announced. @throws UploadRefusal `upload.checksum` */
  async check(signal: AbortSignal): Promise<void> {
    for (const { upload, file } of this.#archives) {
      const { sha256 } = upload;
      if (!sha256) continue;
      const hash = createHash("sha256");
      for await (const piece of file.bytes()) {
        signal.throwIfAborted();
        hash.update(piece);
      }
      if (hash.digest("hex") === sha256) continue;
      const message = "What arrived differs from the SHA-256 that was announced. Send it with a new order.";
      throw new UploadRefusal("upload.checksum", message);
    }
  }

  /** Positions go on from one archive to the next. */
  walk(settings: UploadSettings): ArchiveWalk {
    const packed = this.#archives.reduce((sum, { file }) => sum + file.size, 0);
    return through(this.#archives, new UnpackLimits(settings, packed));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { file } of this.#archives) await file[Symbol.asyncDispose]();
  }
}

async function* through(
  archives: readonly OpenArchive[],
  limits: UnpackLimits,
): AsyncGenerator<ArchiveEntry> {
  let before = 0;
  for (const { file, kind } of archives) {
    let last = before;
    for await (const entry of walkThrough(file, kind, limits)) {
      last = before + entry.position;
      yield { ...entry, position: last };
    }
    before = last;
  }
}

function unreadable(error: NodeJS.ErrnoException): never {
  if (error.code !== "ENOENT")
    throw new TryUploadLater("intake.storage-failed", "The parts of the upload cannot be read now.");
  throw new UploadRefusal("upload.lost", "The bytes of the upload are not there any more. Upload again.");
}
