// One object on its way in, whatever its format: room on the disk, its file, and the answer when file and row are safe.
import { type Accepted, IntakeRefusal } from "@thalamus/sdk";
import { MalformedDataset, TruncatedDataset } from "@thalamus/sdk/dicom";
import type { SpaceGrant } from "../files/space-grant.ts";
import type { Arrival } from "./group-commit.ts";
import { InstanceFile } from "./instance-file.ts";
import { DICOM_ENDING, type FileEnding, instancePath } from "./instance-path.ts";
import { type KeepPlace, keepArrival } from "./keep-arrival.ts";
import type { ProductTag } from "./product-tag.ts";
import { ownerOf } from "./study-key.ts";

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

/** What the file itself does not know. */
export type Described = Pick<Arrival, "header" | "transferSyntaxUid"> & { readonly ending?: FileEnding };

export class IncomingFile {
  readonly #place: WriterPlace;
  readonly #file: InstanceFile;
  #broken: unknown;

  /** @param meta stands before the data set and is not part of it */
  constructor(place: WriterPlace, meta: Buffer) {
    this.#place = place;
    this.#file = new InstanceFile(place.partPath, meta, place.durable);
  }

  /** Whether it will be refused: then nothing more of it is wanted. */
  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  /** Why it will be refused, however it goes on. */
  fail(error: unknown): void {
    this.#broken ??= error;
  }

  write(bytes: Uint8Array): void {
    if (this.isBroken) return;
    if (this.#place.grant.take(bytes.length)) this.#file.write(bytes);
    else this.#outOfSpace();
  }

  /**
   * @param describe looks at what came; what it throws refuses the object
   * @throws IntakeRefusal
   */
  async finish(describe: () => Described): Promise<Accepted> {
    try {
      if (this.#broken !== undefined) throw this.#broken;
      return await this.#keep(describe());
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

  #keep({ header, transferSyntaxUid, ending = DICOM_ENDING }: Described): Promise<Accepted> {
    const { sha256, bytes } = this.#file.seal();
    const { association } = this.#place;
    const owner = ownerOf({ association });
    const path = instancePath(header.studyInstanceUid, header.sopInstanceUid, sha256, ending, owner);
    const arrival = { header, transferSyntaxUid, sha256, bytes, path, association };
    return keepArrival(this.#file, arrival, this.#place);
  }

  /** The sender finishes its object without a byte of it being kept, and its room is for others at once. */
  #outOfSpace(): void {
    this.#broken = new IntakeRefusal("intake.out-of-space", "no room for an object of this size");
    this.#file.discard();
  }
}

function refusalOf(error: unknown): IntakeRefusal {
  if (error instanceof IntakeRefusal) return error;
  if (error instanceof TruncatedDataset) return new IntakeRefusal("intake.truncated", error.message);
  if (error instanceof MalformedDataset) return new IntakeRefusal("intake.malformed", error.message);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new IntakeRefusal("intake.out-of-space", "the disk is full");
  return new IntakeRefusal("intake.storage-failed", `could not be stored (${code ?? "database"})`);
}
