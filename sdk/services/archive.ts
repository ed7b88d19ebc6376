// How a plugin searches and reads what was received. Both are journalled under the name of who asked.
import type { FileSource } from "../dicom/file-window.ts";
import type { RenderedFrame, RenderOptions } from "../dicom/picture/render-frame.ts";
import type { Phi } from "../phi.ts";
import type { StoredInstance, StudyIdentity } from "../step.ts";

/** What can be asked for. Of the study: its identity and the modalities in it; the others of series and instance. */
export type ArchiveKey =
  | keyof StudyIdentity
  | "modalitiesInStudy"
  | "seriesInstanceUid"
  | "modality"
  | "sopInstanceUid"
  | "sopClassUid";

/** How a value must be (PS3.4 C.2.2.2). */
export type ArchiveMatching =
  /** One of these. */
  | { readonly kind: "any"; readonly values: readonly string[] }
  /** `*` stands for any characters, `?` for one; capital letters count unless `ignoreCase`. */
  | { readonly kind: "wildcard"; readonly pattern: string; readonly ignoreCase: boolean }
  /** Both ends included; without one it is open. Compared as text, so for dates and times only. */
  | { readonly kind: "range"; readonly from: string | undefined; readonly to: string | undefined };

export interface ArchiveCondition {
  readonly key: ArchiveKey;
  readonly matching: ArchiveMatching;
}

export interface ArchiveQuery {
  /** All of them must hold. */
  readonly conditions: readonly ArchiveCondition[];
  readonly offset: number;
  readonly limit: number;
}

export interface FoundStudy {
  /** The hub's own id. */
  readonly id: string;
  readonly identity: Phi<StudyIdentity>;
  readonly modalities: readonly string[];
  readonly seriesCount: number;
  readonly instanceCount: number;
}

export interface FoundSeries {
  readonly study: FoundStudy;
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly instanceCount: number;
  /** One of its instances, to read what only headers tell. */
  readonly sample: ArchivedInstance;
}

export interface FoundInstance {
  readonly study: FoundStudy;
  readonly instance: ArchivedInstance;
}

export interface Found<T> {
  readonly page: readonly T[];
  /** How many there are beyond this page. */
  readonly beyond: number;
}

/** A received instance. Where its file lies is the hub's secret. */
export interface ArchivedInstance extends Omit<StoredInstance, "path" | "role"> {
  readonly studyInstanceUid: string;
  /** @throws InstanceUnreadable */
  open(): Promise<ArchivedFile>;
  /**
   * One frame as a picture that a browser shows; the hub makes one after the other.
   * @param signal ends when nobody waits for it any more
   * @throws PictureRefused, or the reason of the signal
   */
  render(wish: PictureWish, signal: AbortSignal): Promise<RenderedFrame>;
}

/** A PS3.10 file that is open; close it. */
export interface ArchivedFile extends FileSource, AsyncDisposable {
  /**
   * Bytes from `from` up to `to`, in pieces; holds one piece at a time.
   * @throws InstanceUnreadable when the file ends before `to`
   */
  bytes(from: number, to: number): AsyncIterable<Uint8Array>;
}

export type PictureWish = RenderOptions;

/** What is read of instances; stands in the journal. */
export type RetrievalKind = "instances" | "metadata" | "frames" | "bulk-data" | "rendered";

export interface RetrievalTarget {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string | undefined;
  readonly sopInstanceUid?: string | undefined;
}

/** The file of an instance is not there, cut off, or cannot be read; the message holds neither path nor value. */
export class InstanceUnreadable extends Error {
  override readonly name = "InstanceUnreadable";
}

/** No picture can be made of it, or not now; the message is for people and holds nothing of the file. */
export class PictureRefused extends Error {
  override readonly name: string = "PictureRefused";
  /** HTTP status that fits. */
  readonly status: number;
  /** `image.no-picture` and others. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The search was given up because it took too long: it has to ask for less. */
export class ArchiveTooSlow extends Error {
  override readonly name = "ArchiveTooSlow";
}

/**
 * The received objects. Of an instance that came with several contents the newest one counts. `reader` is who asks,
 * as the journal shall name them.
 */
export interface Archive {
  /** Newest first. @throws ArchiveTooSlow */
  studies(query: ArchiveQuery, reader: string): Promise<Found<FoundStudy>>;
  /** @throws ArchiveTooSlow */
  series(query: ArchiveQuery, reader: string): Promise<Found<FoundSeries>>;
  /** In the order of series and instance UID. @throws ArchiveTooSlow */
  instances(query: ArchiveQuery, reader: string): Promise<Found<FoundInstance>>;
  /**
   * Everything under a study, a series or an instance, in the order of series and instance UID. It is in the journal
   * before this resolves.
   */
  retrieve(
    target: RetrievalTarget,
    kind: RetrievalKind,
    reader: string,
  ): Promise<readonly ArchivedInstance[]>;
}
