// Follows a data set as its bytes arrive, keeps wanted values, and knows at the end whether it was whole.
import { formatTag, MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import type { ElementAddress } from "./element-address.ts";
import {
  ElementHeader,
  ITEM,
  ITEM_DELIMITER,
  itemEncoding,
  MAX_HEADER_BYTES,
  SEQUENCE_DELIMITER,
  UNDEFINED_LENGTH,
  VR_OB,
  VR_OW,
  VR_SQ,
  VR_UN,
} from "./element-header.ts";
import { Inflater } from "./inflater.ts";
import {
  missingNativePixelData,
  PIXEL_DATA,
  PIXEL_DATA_NEEDS,
  PIXEL_DATA_TAGS,
} from "./pixel-data-length.ts";
import {
  type Encoding,
  IMPLICIT_LITTLE,
  type TransferSyntax,
  transferSyntaxOf,
} from "./transfer-syntaxes.ts";

/** A wanted value longer than this is refused rather than kept. */
const MAX_KEPT_BYTES = 65_536;
/** A sought value, or the name of a creator in its group, longer than this is passed by. */
const MAX_SOUGHT_BYTES = 1024;
/** Elements that reserve a block of a private group (PS3.5 7.8.1). */
const PRIVATE_CREATORS = { first: 0x10, last: 0xff };
/** Sequences in sequences beyond this are refused. */
const MAX_DEPTH = 64;
/** PixelData (7FE0,0010) and its relatives begin here; no wanted value of a header lies beyond. */
const PIXEL_DATA_GROUP = 0x7fe00000;
const NOTHING = new Uint8Array(0);

/**
 * A container whose end only a delimiter marks. Containers of defined length never get here: they are
 * skipped by their length like any other value.
 */
interface OpenContainer {
  readonly kind: "sequence" | "item" | "fragments";
  encoding: Encoding;
  /** Whether the next element is the first one of an item. */
  fresh: boolean;
}

/**
 * Walks a data set without its file meta information, in any transfer syntax, from pieces of any size.
 * Memory: wanted values and at most one element head; PixelData (7FE0,0010) passes by uncopied.
 *
 * A C-STORE request does not say how long its data set is, so an object cut exactly between two elements of
 * the top level is whole by syntax. Ask `missingPixelData()` as well before calling an image complete.
 */
export class DatasetWalker {
  readonly #syntax: TransferSyntax;
  readonly #wanted: ReadonlySet<number>;
  readonly #lastWanted: number;
  readonly #sought: ElementAddress | undefined;
  readonly #soughtGroup: number;
  readonly #inflater: Inflater | undefined;
  readonly #header = new ElementHeader();
  readonly #values = new Map<number, Uint8Array>();
  readonly #containers: OpenContainer[] = [];
  readonly #split = new Uint8Array(MAX_HEADER_BYTES);
  #splitBytes = 0;
  #container: OpenContainer | undefined;
  #position = 0;
  #topTag = 0;
  #valueLeft = 0;
  #kept: Uint8Array | undefined;
  #pixelDataBytes: number | undefined;
  #soughtTag: number | undefined;

  /**
   * @param transferSyntaxUid one that is unknown is read as explicit little endian with fragments
   * @param wanted tags of the top level as 0xggggeeee numbers
   * @param sought one more element, whose tag may depend on where the sender put its block; unlike a wanted
   *   one it may be of any length, group and kind, and is passed by when it is no short value
   */
  constructor(transferSyntaxUid: string, wanted: ReadonlySet<number>, sought?: ElementAddress) {
    this.#syntax = transferSyntaxOf(transferSyntaxUid);
    this.#wanted = wanted;
    this.#sought = sought;
    this.#soughtGroup = sought?.group ?? -1;
    this.#lastWanted = Math.max(0, ...[...wanted].filter((tag) => tag < PIXEL_DATA_GROUP));
    if (this.#syntax.deflated) this.#inflater = new Inflater((bytes) => this.#walk(bytes));
  }

  /**
   * Takes the next bytes; none of them are referred to after it returns.
   * @throws MalformedDataset after which the walker must not be used any more
   */
  feed(bytes: Uint8Array): void {
    if (this.#inflater) this.#inflater.feed(bytes);
    else this.#walk(bytes);
  }

  /** @throws TruncatedDataset when the bytes end inside an element, a sequence or an item, or none came */
  end(): void {
    this.#inflater?.end();
    if (this.#position === 0) throw new TruncatedDataset("the data set is empty");
    const where = this.#openPart();
    if (where) throw new TruncatedDataset(`the data set ends inside ${where}`);
  }

  /** The raw value of a wanted element of the top level; undefined when absent, not there yet or a sequence. */
  bytes(tag: number): Uint8Array | undefined {
    return this.#values.get(tag);
  }

  /** A wanted value read as latin1 without its padding; for UIDs, codes and numbers in text. */
  text(tag: number): string | undefined {
    const bytes = this.#values.get(tag);
    return bytes && unpadded(bytes);
  }

  /** The raw value of the sought element; undefined when absent, too long, not there yet or a sequence. */
  get soughtBytes(): Uint8Array | undefined {
    return this.#soughtTag === undefined ? undefined : this.#values.get(this.#soughtTag);
  }

  /** Whether every wanted tag before PixelData (7FE0,0010) has been passed. */
  get pastHeader(): boolean {
    return this.#topTag > this.#lastWanted;
  }

  /** Bytes of the data set so far, inflated where it is deflated. */
  get position(): number {
    return this.#position;
  }

  /**
   * What is wrong with the pixel data, in words, after `end()`; undefined when it is all there or when the
   * object is no image. Native syntaxes are held against Rows, Columns, SamplesPerPixel, BitsAllocated and
   * NumberOfFrames (PS3.5 section 8.1.1), compressed ones only need to have any.
   */
  missingPixelData(): string | undefined {
    return missingNativePixelData(this.#values, this.#pixelDataBytes, this.#syntax);
  }

  #openPart(): string | undefined {
    if (this.#splitBytes > 0) return "the head of an element";
    if (this.#valueLeft > 0 || this.#container) return formatTag(this.#topTag);
    return undefined;
  }

  #walk(bytes: Uint8Array): void {
    const size = bytes.length;
    let at = 0;
    while (at < size) {
      if (this.#valueLeft > 0) {
        at += this.#passValue(bytes, at);
      } else if (this.#splitBytes > 0) {
        at += this.#completeSplitHeader(bytes, at);
      } else {
        const taken = this.#readHeader(bytes, at, size - at);
        if (taken > size - at) {
          this.#split.set(bytes.subarray(at));
          this.#splitBytes = size - at;
          break;
        }
        at += taken;
      }
    }
    this.#position += size;
  }

  /** Skips or copies as much of the present value as there is. */
  #passValue(bytes: Uint8Array, at: number): number {
    const taken = Math.min(this.#valueLeft, bytes.length - at);
    if (this.#kept) this.#kept.set(bytes.subarray(at, at + taken), this.#kept.length - this.#valueLeft);
    this.#valueLeft -= taken;
    if (this.#valueLeft === 0 && this.#kept) this.#finishKept();
    return taken;
  }

  /** A head that was cut by the end of a piece is put together from two or more. */
  #completeSplitHeader(bytes: Uint8Array, at: number): number {
    let taken = 0;
    for (;;) {
      const needed = this.#readHeader(this.#split, 0, this.#splitBytes);
      if (needed <= this.#splitBytes) {
        this.#splitBytes = 0;
        return taken;
      }
      const more = Math.min(needed - this.#splitBytes, bytes.length - at - taken);
      if (more === 0) return taken;
      this.#split.set(bytes.subarray(at + taken, at + taken + more), this.#splitBytes);
      this.#splitBytes += more;
      taken += more;
    }
  }

  /** @returns the bytes the head takes; nothing has happened when that is more than `available` */
  #readHeader(bytes: Uint8Array, at: number, available: number): number {
    const container = this.#container;
    if (!container) {
      const taken = this.#header.read(bytes, at, available, this.#syntax);
      if (taken <= available) this.#openTopElement();
      return taken;
    }
    const encoding = container.fresh
      ? itemEncoding(bytes, at, available, container.encoding)
      : container.encoding;
    const taken = this.#header.read(bytes, at, available, encoding);
    if (taken > available) return taken;
    container.encoding = encoding;
    container.fresh = false;
    if (container.kind === "item") this.#openNestedElement(encoding);
    else this.#openItem(container);
    return taken;
  }

  #openTopElement(): void {
    const { tag, length } = this.#header;
    const group = tag >>> 16;
    if (group === 0xfffe || group === 0 || group === 2) {
      throw new MalformedDataset(`${formatTag(tag)} stands where an element of the data set should`);
    }
    if (tag > this.#topTag) this.#topTag = tag;
    if (PIXEL_DATA_TAGS.has(tag)) this.#pixelDataBytes = length;
    if (length === UNDEFINED_LENGTH) {
      this.#openContainer(this.#syntax);
      return;
    }
    this.#valueLeft = length;
    if (this.#wanted.has(tag) || PIXEL_DATA_NEEDS.has(tag)) this.#keepValue(tag, length);
    if (group === this.#soughtGroup && this.#header.vr !== VR_SQ) this.#openInSoughtGroup(tag, length);
  }

  /** The creators of a private group stand before all that they own, so they are known in time. */
  #openInSoughtGroup(tag: number, length: number): void {
    const number = tag & 0xffff;
    const creator = number >= PRIVATE_CREATORS.first && number <= PRIVATE_CREATORS.last;
    const sought = this.#isSought(tag);
    if (sought) this.#soughtTag ??= tag;
    if ((sought || creator) && length <= MAX_SOUGHT_BYTES && !this.#kept) this.#keepValue(tag, length);
  }

  #isSought(tag: number): boolean {
    const { group, element, privateCreator } = this.#sought!;
    const number = tag & 0xffff;
    if (privateCreator === undefined) return number === element;
    const block = number >>> 8;
    if (block < PRIVATE_CREATORS.first || (number & 0xff) !== (element & 0xff)) return false;
    return this.text(group * 0x10000 + block) === privateCreator;
  }

  #keepValue(tag: number, length: number): void {
    if (length > MAX_KEPT_BYTES) {
      throw new MalformedDataset(`${formatTag(tag)} is longer than ${MAX_KEPT_BYTES} bytes`);
    }
    this.#kept = length === 0 ? NOTHING : new Uint8Array(length);
    if (length === 0) this.#finishKept();
  }

  #finishKept(): void {
    this.#values.set(this.#header.tag, this.#kept!);
    this.#kept = undefined;
  }

  #openNestedElement(encoding: Encoding): void {
    const { tag, length } = this.#header;
    if (tag === ITEM_DELIMITER) this.#closeContainer();
    else if (tag >>> 16 === 0xfffe) throw new MalformedDataset(`${formatTag(tag)} stands inside an item`);
    else if (length === UNDEFINED_LENGTH) this.#openContainer(encoding);
    else this.#valueLeft = length;
  }

  /** A sequence holds items, compressed pixel data holds fragments; both end with the sequence delimiter. */
  #openItem(container: OpenContainer): void {
    const { tag, length } = this.#header;
    if (tag === SEQUENCE_DELIMITER) {
      this.#closeContainer();
      return;
    }
    if (tag !== ITEM) throw new MalformedDataset(`${formatTag(tag)} stands where an item should`);
    if (length !== UNDEFINED_LENGTH) {
      this.#valueLeft = length;
      return;
    }
    if (container.kind === "fragments") throw new MalformedDataset("a fragment of pixel data has no length");
    this.#push({ kind: "item", encoding: container.encoding, fresh: true });
  }

  #openContainer(encoding: Encoding): void {
    const { tag, vr } = this.#header;
    if (!encoding.explicit || vr === VR_SQ) this.#push({ kind: "sequence", encoding, fresh: false });
    // PS3.5 6.2.2: a sequence whose writer did not know it is implicit little endian inside.
    else if (vr === VR_UN) this.#push({ kind: "sequence", encoding: IMPLICIT_LITTLE, fresh: false });
    else if (tag === PIXEL_DATA && (vr === VR_OB || vr === VR_OW))
      this.#push({ kind: "fragments", encoding, fresh: false });
    else throw new MalformedDataset(`${formatTag(tag)} has no length`);
  }

  #push(container: OpenContainer): void {
    // Sequences and items alternate, so two containers are one level.
    if (this.#containers.length >= 2 * MAX_DEPTH) {
      throw new MalformedDataset(`sequences are nested more than ${MAX_DEPTH} deep`);
    }
    this.#containers.push(container);
    this.#container = container;
  }

  #closeContainer(): void {
    if (this.#header.length !== 0) throw new MalformedDataset(`${formatTag(this.#header.tag)} has a length`);
    this.#containers.pop();
    this.#container = this.#containers.at(-1);
  }
}

const SPACE = 0x20;

/** Read as latin1, without spaces before and after and the NUL that pads UIDs (PS3.5 6.2). */
function unpadded(bytes: Uint8Array): string {
  let start = 0;
  let end = bytes.length;
  while (start < end && bytes[start] === SPACE) start += 1;
  while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === 0)) end -= 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
