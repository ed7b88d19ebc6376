// Uploads as the API sees them: announce, transfer, watch, cancel.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Visitor } from "../access/visitor.ts";
import type { UploadSettings } from "../config/upload-settings.ts";
import { StudyGroup } from "../database/entities/study-group.ts";
import type { UploadRow } from "../database/entities/upload.ts";
import type { FreeSpace } from "../files/free-space.ts";
import type { PatientValues } from "./patient-values.ts";
import { TransferRefusal } from "./transfer-refusal.ts";
import { UPLOAD_CHANNEL } from "./upload-locks.ts";
import { UploadQueue } from "./upload-queue.ts";
import type { RunParts } from "./upload-runs.ts";
import type { UploadStore } from "./upload-store.ts";

export interface UploadsParts extends RunParts {
  readonly space: FreeSpace;
  /** Names of products that can be chosen. */
  readonly products: readonly string[];
}

export interface UploadForm {
  readonly values: PatientValues;
  readonly products: readonly string[];
  readonly sha256?: string | undefined;
  /** The group its studies join. */
  readonly groupId?: string | undefined;
  /** It holds one ZIP for each study. */
  readonly studyArchives?: boolean | undefined;
}

/** Announced and unfinished uploads of one account. */
const MOST_UNFINISHED = 100;
const MEGABYTE = 1_000_000;

export class Uploads {
  readonly queue: UploadQueue;
  readonly store: UploadStore;
  readonly #parts: UploadsParts;

  constructor(parts: UploadsParts) {
    this.#parts = parts;
    this.store = parts.store;
    this.queue = new UploadQueue(parts);
  }

  get settings(): UploadSettings {
    return this.#parts.settings;
  }

  get products(): readonly string[] {
    return this.#parts.products;
  }

  get largestBytes(): number {
    return this.#parts.settings.largestMegabytes * MEGABYTE;
  }

  get folder(): string {
    return this.#parts.folder;
  }

  /**
   * @throws TransferRefusal `upload.too-many`, `upload.unknown-product`, `upload.unknown-group`,
   * `upload.group-products`, `upload.several-studies`
   */
  async create(form: UploadForm, visitor: Visitor, remoteAddress: string): Promise<UploadRow> {
    const unknown = form.products.filter((product) => !this.products.includes(product)).length;
    if (unknown > 0) {
      const message = `The hub does not know ${unknown} of the products; GET /api/uploads/options lists them.`;
      throw new TransferRefusal(400, "upload.unknown-product", message);
    }
    if ((await this.store.unfinishedOf(visitor.accountId)) >= MOST_UNFINISHED) {
      const message = `${MOST_UNFINISHED} uploads of this account are unfinished. Finish or cancel some.`;
      throw new TransferRefusal(429, "upload.too-many", message);
    }
    const products = await this.#productsOf(form);
    const { accountId, name: actor } = visitor;
    return await this.store.create({ ...form, products, accountId, actor, remoteAddress });
  }

  /** Those of its group, when it has one. */
  async #productsOf({ groupId, products, studyArchives, values }: UploadForm): Promise<readonly string[]> {
    if (studyArchives && Object.keys(values).length > 0) {
      const message =
        "The form speaks of one patient, and the upload holds several studies. Use sidecars in the ZIPs.";
      throw new TransferRefusal(400, "upload.several-studies", message);
    }
    const group = groupId
      ? await this.#parts.orm.em.fork().findOne(StudyGroup, { id: groupId, owner: "" })
      : undefined;
    if (!group) {
      if (!groupId && !studyArchives) return products;
      throw new TransferRefusal(400, "upload.unknown-group", "There is no such group. Make it first.");
    }
    const same = products.length === 0 || products.toSorted().join() === group.products.toSorted().join();
    if (same) return group.products;
    const message = "All studies of a group are run through its products. Choose them, or none.";
    throw new TransferRefusal(400, "upload.group-products", message);
  }

  /**
   * The transfer begins. Its creation may be asked for twice, when the first answer was lost.
   * @throws TransferRefusal
   */
  async begin(row: UploadRow, bytes: number, sha256: string | undefined): Promise<void> {
    const { largestMegabytes } = this.settings;
    if (bytes > this.largestBytes) {
      const message = `An upload may have ${largestMegabytes} MB at most. Split it into several uploads.`;
      throw new TransferRefusal(413, "upload.too-large", message);
    }
    if (bytes === 0) throw new TransferRefusal(400, "upload.empty", "The upload is empty.");
    if (row.state === "receiving" && row.bytes === bytes && (await this.receivedBytes(row)) === 0) return;
    await this.#checkSpace(bytes);
    if (await this.store.begin(row.id, bytes, sha256)) return;
    throw new TransferRefusal(
      409,
      "upload.begun",
      "This upload has begun before. Go on with it, or announce a new one.",
    );
  }

  /** @returns bytes that are on the disk */
  async receivedBytes(row: UploadRow): Promise<number> {
    if (row.state !== "receiving") return row.receivedBytes;
    const sight = await stat(join(this.folder, row.id)).catch(() => undefined);
    return sight?.size ?? 0;
  }

  /** @returns false when it is too late */
  async cancel(row: UploadRow, actor: string): Promise<boolean> {
    if (!(await this.store.cancel(row.id, actor))) return false;
    await this.#parts.orm.em.fork().execute("select pg_notify(?, ?)", [UPLOAD_CHANNEL, row.id]);
    await this.queue.remove(row.id);
    return true;
  }

  /** @throws TransferRefusal `upload.no-space`; once for the upload itself, once for what is kept of it */
  async #checkSpace(bytes: number): Promise<void> {
    const { space } = this.#parts;
    const free = (await space.measure()) - space.account.marks.keepFree - (await this.store.promisedBytes());
    if (free >= 2 * bytes) return;
    const message =
      "The hub has too little free disk space for this upload. Tell its admin, or try again later.";
    throw new TransferRefusal(507, "upload.no-space", message);
  }
}
