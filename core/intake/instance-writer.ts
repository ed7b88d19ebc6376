// Takes one DICOM object in: follows it while it comes, and looks at the end whether it is what its sender said.
import { type Accepted, type IncomingObject, type InstanceWriter, IntakeRefusal } from "@thalamus/sdk";
import { type DatasetWalker, encodeFileMeta, isUid } from "@thalamus/sdk/dicom";
import { type Described, IncomingFile, type WriterPlace } from "./incoming-file.ts";
import type { ProductTag } from "./product-tag.ts";
import { headerOf, headerWalker } from "./study-header.ts";

export class DurableInstanceWriter implements InstanceWriter {
  readonly #object: IncomingObject;
  readonly #productTag: ProductTag | undefined;
  readonly #walker: DatasetWalker;
  readonly #file: IncomingFile;

  constructor(object: IncomingObject, place: WriterPlace) {
    this.#object = object;
    this.#productTag = place.productTag;
    this.#walker = headerWalker(object.transferSyntaxUid, place.productTag);
    this.#file = new IncomingFile(place, encodeFileMeta(object, place.association.source.callingAe));
  }

  write(bytes: Uint8Array): void {
    if (this.#file.isBroken) return;
    try {
      this.#walker.feed(bytes);
    } catch (error) {
      this.#file.fail(error);
      return;
    }
    this.#file.write(bytes);
  }

  finish(): Promise<Accepted> {
    return this.#file.finish(() => this.#examine());
  }

  abandon(): void {
    this.#file.abandon();
  }

  /** @throws IntakeRefusal, TruncatedDataset or MalformedDataset when the object is not what it says */
  #examine(): Described {
    this.#walker.end();
    const missing = this.#walker.missingPixelData();
    if (missing !== undefined) throw new IntakeRefusal("intake.truncated", missing);
    const header = headerOf(this.#walker, this.#productTag);
    const { sopClassUid, sopInstanceUid, transferSyntaxUid } = this.#object;
    if (header.sopClassUid !== sopClassUid || header.sopInstanceUid !== sopInstanceUid) {
      throw new IntakeRefusal("intake.mismatch", "SOP class or instance UID differ from the command");
    }
    if (!isUid(header.studyInstanceUid) || !isUid(header.seriesInstanceUid)) {
      throw new IntakeRefusal("intake.no-study", "no valid study and series instance UID");
    }
    return { header, transferSyntaxUid };
  }
}
