// Takes one object in: checks it while it comes, writes it, and answers only when file and row are safe.
import { type Accepted, type IncomingObject, type InstanceWriter, IntakeRefusal } from "@thalamus/sdk";
import {
  type DatasetWalker,
  encodeFileMeta,
  isUid,
  MalformedDataset,
  TruncatedDataset,
} from "@thalamus/sdk/dicom";
import type { SpaceGrant } from "../files/space-grant.ts";
import type { Arrival } from "./group-commit.ts";
import { InstanceFile } from "./instance-file.ts";
import { instancePath } from "./instance-path.ts";
import { type KeepPlace, keepArrival } from "./keep-arrival.ts";
import type { ProductTag } from "./product-tag.ts";
import { headerOf, headerWalker, type InstanceHeader } from "./study-header.ts";

export interface WriterPlace extends KeepPlace {
  /** Where a large object grows, in the incoming tree. */
  readonly partPath: string;
  /** Whether files are flushed before the sender gets its answer. */
  readonly durable: boolean;
  readonly association: Arrival["association"];
  /** How much may be written. */
  readonly grant: SpaceGrant;
  readonly productTag: ProductTag | undefined;
  readonly refused: (code: IntakeRefusal["code"]) => void;
}

export class DurableInstanceWriter implements InstanceWriter {
  readonly #object: IncomingObject;
  readonly #place: WriterPlace;
  readonly #walker: DatasetWalker;
  readonly #file: InstanceFile;
  #broken: unknown;

  constructor(object: IncomingObject, place: WriterPlace) {
    this.#object = object;
    this.#place = place;
    this.#walker = headerWalker(object.transferSyntaxUid, place.productTag);
    this.#file = new InstanceFile(
      place.partPath,
      encodeFileMeta(object, place.association.source.callingAe),
      place.durable,
    );
  }

  write(bytes: Uint8Array): void {
    if (this.#broken !== undefined) return;
    try {
      this.#walker.feed(bytes);
    } catch (error) {
      this.#broken = error;
      return;
    }
    if (this.#place.grant.take(bytes.length)) this.#file.write(bytes);
    else this.#outOfSpace();
  }

  async finish(): Promise<Accepted> {
    try {
      return await this.#keep();
    } catch (error) {
      this.#file.discard();
      const refusal = refusalOf(error);
      this.#place.refused(refusal.code);
      throw refusal;
    } finally {
      this.#place.grant.end();
    }
  }

  abandon(): void {
    this.#file.discard();
    this.#place.grant.end();
  }

  /** The sender finishes its object without a byte of it being kept, and its room is for others at once. */
  #outOfSpace(): void {
    this.#broken = new IntakeRefusal("intake.out-of-space", "no room for an object of this size");
    this.#file.discard();
  }

  async #keep(): Promise<Accepted> {
    const header = this.#examine();
    const { sha256, bytes } = this.#file.seal();
    const path = instancePath(header.studyInstanceUid, header.sopInstanceUid, sha256);
    const { transferSyntaxUid } = this.#object;
    const { association } = this.#place;
    return keepArrival(
      this.#file,
      { header, transferSyntaxUid, sha256, bytes, path, association },
      this.#place,
    );
  }

  /** @throws IntakeRefusal, TruncatedDataset or MalformedDataset when the object is not what it says */
  #examine(): InstanceHeader {
    if (this.#broken !== undefined) throw this.#broken;
    this.#walker.end();
    const missing = this.#walker.missingPixelData();
    if (missing !== undefined) throw new IntakeRefusal("intake.truncated", missing);
    const header = headerOf(this.#walker, this.#place.productTag);
    const { sopClassUid, sopInstanceUid } = this.#object;
    if (header.sopClassUid !== sopClassUid || header.sopInstanceUid !== sopInstanceUid) {
      throw new IntakeRefusal("intake.mismatch", "SOP class or instance UID differ from the command");
    }
    if (!isUid(header.studyInstanceUid) || !isUid(header.seriesInstanceUid)) {
      throw new IntakeRefusal("intake.no-study", "no valid study and series instance UID");
    }
    return header;
  }
}

export function refusalOf(error: unknown): IntakeRefusal {
  if (error instanceof IntakeRefusal) return error;
  if (error instanceof TruncatedDataset) return new IntakeRefusal("intake.truncated", error.message);
  if (error instanceof MalformedDataset) return new IntakeRefusal("intake.malformed", error.message);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new IntakeRefusal("intake.out-of-space", "the disk is full");
  return new IntakeRefusal("intake.storage-failed", `could not be stored (${code ?? "database"})`);
}
