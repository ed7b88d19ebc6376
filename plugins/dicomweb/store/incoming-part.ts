// One instance of a store request on its way: its file meta information, its study, and its bytes to the intake.
import { type Accepted, type IncomingObject, type InstanceWriter, IntakeRefusal } from "@thalamus/sdk";
import {
  acceptsSopClass,
  acceptsTransferSyntax,
  DatasetWalker,
  MalformedDataset,
  NotPart10,
  parsePart10Meta,
  Tag,
} from "@thalamus/sdk/dicom";
import { isUsableUid } from "@thalamus/sdk/dicom/net";
import type { FailureCode } from "./failure-reason.ts";

/** How a part ended. */
export type PartVerdict =
  | {
      readonly kind: "stored";
      readonly object: IncomingObject;
      readonly outcome: Accepted["outcome"];
      readonly studyInstanceUid: string;
      readonly seriesInstanceUid: string;
    }
  | {
      readonly kind: "failed";
      /** Undefined when not even that could be read. */
      readonly object: IncomingObject | undefined;
      readonly code: FailureCode;
    };

export interface PartLimits {
  /** Instances of other studies are refused. */
  readonly studyInstanceUid: string | undefined;
  readonly maxBytes: number;
  /** Those that are taken. */
  readonly privateSopClasses: readonly string[];
}

/** File meta information longer than this is none. */
const LARGEST_META = 65_536;
/** What the answer needs; read along with the header, whatever comes behind passes by. */
const PLACE: ReadonlySet<number> = new Set([Tag.StudyInstanceUID, Tag.SeriesInstanceUID]);

export class IncomingPart {
  readonly #receive: (object: IncomingObject) => InstanceWriter;
  readonly #limits: PartLimits;
  #meta: Buffer | undefined = Buffer.alloc(0);
  #bytes = 0;
  #object: IncomingObject | undefined;
  #writer: InstanceWriter | undefined;
  #walker: DatasetWalker | undefined;
  #walking = true;
  #failed: FailureCode | undefined;

  /** @param failed refuses it from the begin: its bytes only pass by */
  constructor(
    receive: (object: IncomingObject) => InstanceWriter,
    limits: PartLimits,
    failed?: FailureCode | undefined,
  ) {
    this.#receive = receive;
    this.#limits = limits;
    this.#failed = failed;
  }

  write(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#failed !== undefined) return;
    if (this.#bytes > this.#limits.maxBytes) this.#fail("dicomweb.instance-too-large");
    else if (this.#writer) this.#pass(bytes);
    else this.#gather(bytes, false);
  }

  /** The part is complete. Never rejects. */
  async end(): Promise<PartVerdict> {
    if (this.#failed === undefined && !this.#writer) this.#gather(Buffer.alloc(0), true);
    if (this.#failed === undefined) this.#checkStudy();
    const writer = this.#writer;
    if (this.#failed !== undefined || !writer) return this.#failure(this.#failed ?? "dicomweb.failed");
    try {
      const { outcome } = await writer.finish();
      const place = (tag: number) => this.#walker?.text(tag) ?? "";
      return {
        kind: "stored",
        object: this.#object!,
        outcome,
        studyInstanceUid: place(Tag.StudyInstanceUID),
        seriesInstanceUid: place(Tag.SeriesInstanceUID),
      };
    } catch (error) {
      return this.#failure(error instanceof IntakeRefusal ? error.code : "dicomweb.failed");
    }
  }

  /** The sender went away, or its body cannot be followed any more. */
  abandon(): void {
    if (this.#failed === undefined) this.#writer?.abandon();
  }

  #failure(code: FailureCode): PartVerdict {
    return { kind: "failed", object: this.#object, code };
  }

  #fail(code: FailureCode): void {
    this.#failed = code;
    this.#meta = undefined;
    this.#writer?.abandon();
  }

  #gather(bytes: Buffer, whole: boolean): void {
    const gathered = Buffer.concat([this.#meta ?? Buffer.alloc(0), bytes]);
    try {
      const meta = parsePart10Meta(gathered, whole);
      if (meta) {
        this.#meta = undefined;
        this.#begin(meta, gathered.subarray(meta.dataSetStart));
      } else if (gathered.length > LARGEST_META) this.#fail("dicomweb.not-part10");
      else this.#meta = gathered;
    } catch (error) {
      if (!(error instanceof NotPart10)) throw error;
      this.#fail("dicomweb.not-part10");
    }
  }

  #begin(object: IncomingObject, rest: Buffer): void {
    const { sopClassUid, sopInstanceUid, transferSyntaxUid } = object;
    if (!isUsableUid(sopInstanceUid) || !isUsableUid(sopClassUid)) {
      this.#fail("dicomweb.bad-instance-uid");
      return;
    }
    this.#object = { sopClassUid, sopInstanceUid, transferSyntaxUid };
    if (!acceptsSopClass(sopClassUid, this.#limits.privateSopClasses)) this.#fail("dicomweb.class-not-taken");
    else if (!acceptsTransferSyntax(transferSyntaxUid)) this.#fail("dicomweb.syntax-not-taken");
    else {
      this.#walker = new DatasetWalker(transferSyntaxUid, PLACE);
      this.#writer = this.#receive(this.#object);
      if (rest.length > 0) this.#pass(rest);
    }
  }

  #pass(bytes: Buffer): void {
    this.#walk(bytes);
    if (this.#failed === undefined) this.#writer?.write(bytes);
  }

  /** Finds the study as early as it can; what is wrong with the data set is for the intake to say. */
  #walk(bytes: Buffer): void {
    if (!this.#walking || !this.#walker) return;
    try {
      this.#walker.feed(bytes);
    } catch (error) {
      if (!(error instanceof MalformedDataset)) throw error;
      this.#walking = false;
      return;
    }
    if (!this.#walker.pastHeader) return;
    this.#walking = false;
    this.#checkStudy();
  }

  #checkStudy(): void {
    const { studyInstanceUid } = this.#limits;
    const found = this.#walker?.text(Tag.StudyInstanceUID);
    if (studyInstanceUid !== undefined && found !== undefined && found !== studyInstanceUid) {
      this.#fail("dicomweb.other-study");
    }
  }
}
