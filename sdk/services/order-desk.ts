// The desk where clients of a cloud API order: orders, their data, their results. Both generations speak to it.
import type { Readable } from "node:stream";
import type { NewBatch } from "../cloud/batch.ts";
import type { OrderMetadata } from "../cloud/metadata.ts";
import type { CloudStatus } from "../cloud/order.ts";
import type { CheckLine } from "../outcome.ts";
import type { CloudCaller } from "./cloud-access.ts";

/** Why the desk refuses. The plugin gives each generation its own words for it. */
export type DeskRefusalCode =
  | "desk.unknown-order"
  | "desk.expired"
  /** Of another member, and the caller is no admin. */
  | "desk.not-yours"
  | "desk.unknown-product"
  | "desk.no-uses-left"
  | "desk.product-mismatch"
  | "desk.unknown-batch"
  | "desk.study-name-taken"
  /** An age that is none, or a value that cannot stand in DICOM. */
  | "desk.bad-metadata"
  /** It has ended, or its data is there already. */
  | "desk.too-late"
  | "desk.no-data"
  | "desk.quality-not-ready"
  | "desk.not-ready"
  | "desk.no-such-report"
  | "desk.unknown-upload"
  | "desk.part-missing"
  | "desk.part-differs"
  | "desk.too-large"
  | "desk.bad-address"
  | "desk.no-space"
  | "desk.busy";

/** The message says what to do and holds nothing of the request. */
export class DeskRefusal extends Error {
  override readonly name = "DeskRefusal";
  readonly code: DeskRefusalCode;

  constructor(code: DeskRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Which order: its id, or the newest one of a study. */
export type OrderReference = { readonly orderId: string } | { readonly studyUid: string };

export interface NewDeskOrder {
  /** Which API it came by; generation 1 chooses its product later. */
  readonly generation: 1 | 2;
  /**
   * Empty: data is taken and checked, and the order waits for `run`. Each of them counts a use when the data is
   * complete, so `completeUpload` is where `desk.no-uses-left` comes; the upload stays open then.
   */
  readonly products: readonly string[];
  readonly studyUid?: string | undefined;
  readonly patientPseudonym?: string | undefined;
  readonly studyName?: string | undefined;
  readonly batchId?: string | undefined;
  readonly metadata?: OrderMetadata | undefined;
  /** The same key of the same caller answers with the order of the first time. */
  readonly idempotencyKey?: string | undefined;
}

export interface DeskOrder {
  readonly id: string;
  /** Generation 1: `PENDING` with `hasData` waits for `run`. */
  readonly status: CloudStatus;
  /** 0 to 1. */
  readonly progress: number;
  /** What is being done, for people. `Finished` at the end, as clients of generation 1 know it. */
  readonly info: string;
  /** As the client named them. */
  readonly products: readonly string[];
  readonly studyUid: string | undefined;
  readonly studyName: string | undefined;
  readonly batch: { readonly id: string; readonly name: string } | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date | undefined;
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  readonly results: readonly DeskResult[];
  /** Its data is complete; set before anything was run. */
  readonly hasData: boolean;
  readonly pollAfterSeconds: number | undefined;
}

export interface DeskResult {
  readonly product: string;
  readonly productVersion: string;
  readonly kind: "diagnostic" | "failure";
  readonly createdAt: Date;
  readonly files: readonly DeskFile[];
  readonly indexes: readonly {
    readonly name: string;
    readonly value: number | null;
    readonly unit: string;
  }[];
  readonly warnings: readonly string[];
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export interface DeskFile {
  /** Artifact name: `report`, `preview`, `summary`, `data`, `xml`, `features`, `maps/FA`. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file to be sent to the client; who got it is journalled. Close the stream. */
export interface OpenedFile extends DeskFile {
  readonly content: Readable;
}

/** Whose study was processed, as its files say. */
export interface DeskSubject {
  readonly studyUid: string;
  readonly patientId: string;
  /** How many files were taken in; those of NIfTI images with their tables and sidecars. */
  readonly files: number;
}

export interface QualityAnswer {
  readonly verdict: "pass" | "fail" | "bypassed";
  readonly lines: readonly CheckLine[];
}

export interface DeskUpload {
  readonly id: string;
  /** All parts but the last have this size; of an archive whose size is unknown a part may have any up to it. */
  readonly partBytes: number;
  /** Of an archive whose size is unknown: the highest number a part may have. */
  readonly parts: number;
  readonly received: readonly { readonly number: number; readonly etag: string }[];
  readonly expiresAt: Date;
}

/** An address that takes one part and nothing else. */
export interface PartAddress {
  readonly number: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface UploadWanted {
  /** Size of the archive, where the client knows it beforehand (generation 2). */
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
  /**
   * One part, number 1, of less than SINGLE_PUT_BYTES; it is the order's data and begins the order as soon as it has
   * arrived, without `completeUpload`.
   */
  readonly single?: boolean | undefined;
  /** Generation 1 sends an order as several archives, by number. */
  readonly archive?: number | undefined;
}

/** All of it throws DeskRefusal, and what the database throws when it is away. */
export interface OrderDesk {
  place(caller: CloudCaller, order: NewDeskOrder): Promise<DeskOrder>;
  find(caller: CloudCaller, which: OrderReference): Promise<DeskOrder>;
  list(
    caller: CloudCaller,
    query: {
      readonly scope: "own" | "organisation";
      readonly status?: CloudStatus | undefined;
      readonly updatedSince?: Date | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
  ): Promise<{ readonly orders: readonly DeskOrder[]; readonly cursor: string | undefined }>;
  metadata(caller: CloudCaller, which: OrderReference): Promise<OrderMetadata>;
  addMetadata(caller: CloudCaller, which: OrderReference, more: OrderMetadata): Promise<DeskOrder>;
  cancel(caller: CloudCaller, which: OrderReference): Promise<DeskOrder>;
  /** Generation 1: the product of an order whose data is there. Counts a use. */
  run(caller: CloudCaller, orderId: string, product: string): Promise<DeskOrder>;
  /** What the checks said of the data. */
  quality(caller: CloudCaller, orderId: string): Promise<QualityAnswer>;
  subject(caller: CloudCaller, which: OrderReference): Promise<DeskSubject>;
  /** @param product the only one when left out */
  open(
    caller: CloudCaller,
    which: OrderReference,
    file: {
      readonly name: string;
      readonly kind: "diagnostic" | "failure";
      readonly product?: string | undefined;
    },
  ): Promise<OpenedFile>;

  beginUpload(caller: CloudCaller, orderId: string, wanted: UploadWanted): Promise<DeskUpload>;
  /** @param baseUrl where this server's part door is seen from outside; addresses of an object store ignore it */
  partAddresses(
    caller: CloudCaller,
    uploadId: string,
    parts: readonly { readonly number: number; readonly sha256?: string | undefined }[],
    baseUrl: string,
  ): Promise<readonly PartAddress[]>;
  /**
   * A part arrives at an address of this server.
   * @param address what follows the part door's path
   * @returns its ETag
   */
  receivePart(
    address: string,
    content: Readable,
    bytes: number | undefined,
  ): Promise<{ readonly etag: string }>;
  /** @param final no further archive follows (always in generation 2): the order's data is complete */
  completeUpload(
    caller: CloudCaller,
    uploadId: string,
    parts: readonly { readonly number: number; readonly etag: string }[],
    final: boolean,
  ): Promise<DeskOrder>;
  abortUpload(caller: CloudCaller, uploadId: string): Promise<DeskOrder>;

  newBatch(caller: CloudCaller, batch: NewBatch): Promise<{ readonly id: string; readonly createdAt: Date }>;
  joinBatch(caller: CloudCaller, orderId: string, batchId: string): Promise<DeskOrder>;
  /**
   * The batch's report as CSV, made now; of orders that the caller may not see it says nothing.
   * @param batch its id or its name
   */
  batchReport(caller: CloudCaller, batch: string): Promise<OpenedFile>;
}
