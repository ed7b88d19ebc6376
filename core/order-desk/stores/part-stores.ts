// Where the parts of uploads lie until they are taken in: on the hub's disk, or in an object store.
import type { PartAddress } from "@thalamus/sdk";
import type { CloudUploadRow } from "../../database/entities/cloud-order.ts";

export interface WantedPart {
  readonly number: number;
  /** Lower-case hex; the part is refused when it has another one. */
  readonly sha256?: string | undefined;
}

export interface StoredPart {
  readonly number: number;
  readonly etag: string;
  readonly bytes: number;
}

export interface PartStore {
  /** @param baseUrl of the hub's part door; an object store has addresses of its own */
  addresses(
    upload: CloudUploadRow,
    parts: readonly WantedPart[],
    baseUrl: string,
  ): Promise<readonly PartAddress[]>;
  /** Parts that are there, by number. */
  parts(upload: CloudUploadRow): Promise<readonly StoredPart[]>;
  /**
   * Brings a complete upload to where it can be read.
   * @returns absolute paths of files that are the archive, one after the other
   * @throws UploadRefusal when it is not what was announced; TryUploadLater when the store does not answer
   */
  archive(upload: CloudUploadRow, signal: AbortSignal): Promise<readonly string[]>;
  /** Removes every byte of it; may be called again. */
  clear(upload: CloudUploadRow): Promise<void>;
}

/** An upload keeps its store when the configuration changes. */
export class PartStores {
  readonly kind: CloudUploadRow["storage"];
  readonly #stores: Readonly<Partial<Record<CloudUploadRow["storage"], PartStore>>>;

  /** @param kind of new uploads */
  constructor(
    kind: CloudUploadRow["storage"],
    stores: Readonly<Partial<Record<CloudUploadRow["storage"], PartStore>>>,
  ) {
    this.kind = kind;
    this.#stores = stores;
  }

  /** Undefined when the hub is not configured for it any more. */
  of({ storage }: Pick<CloudUploadRow, "storage">): PartStore | undefined {
    return this.#stores[storage];
  }
}
