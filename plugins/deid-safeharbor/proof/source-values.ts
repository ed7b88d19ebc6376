// Collects what identifies in a source file, and what the copy must still say of its image.

import { type FileBytes, LONGEST_VALUE } from "./file-bytes.ts";
import { isTellingSequence, kindOf, namesClass, type ValueKind } from "./identifying-elements.ts";
import { identifyingParts, isPublicUid, uidsInBytes } from "./identifying-text.ts";
import type { KnownValues } from "./known-values.ts";
import { isMakersTerm, isSafeCreator } from "./makers-terms.ts";
import type { IdentifyingValue } from "./search-forms.ts";
import { decodedText, isPlainText } from "./second-decoding.ts";
import { isPixelData, type SeenElement, unpadded, walkFile } from "./second-reader.ts";

/** What a source file says, as far as the proof needs it. */
export interface SourceFacts {
  readonly values: ReadonlySet<IdentifyingValue>;
  /** Elements that must not have the value they had: by path, the value as it stands without padding. */
  readonly places: ReadonlyMap<string, PlacedValue>;
  /** Tags of the data set itself. */
  readonly tags: ReadonlySet<number>;
  /** Text that may stay, in small letters: terms and names of the maker, and all of it. */
  vouched(): { readonly terms: string; readonly all: string };
  readonly transferSyntaxUid: string;
  readonly pixels: readonly PixelPlace[];
  /** Attributes of the image by tag, as they stand. */
  readonly image: ReadonlyMap<number, string>;
}

export interface PlacedValue {
  readonly kind: ValueKind;
  readonly value: string;
}

export interface PixelPlace {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

/** SamplesPerPixel, PhotometricInterpretation, NumberOfFrames, Rows, Columns and the bits (group 0028). */
export const IMAGE_TAGS = new Set([
  0x00280002, 0x00280004, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103,
]);
const TEXT = new Set("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split(" "));
const FREE_TEXT = new Set(["", "LO", "LT", "PN", "SH", "ST", "UC", "UN", "UT"]);
/** Not for parameters of an acquisition, whoever the creator is. */
const PROSE = new Set(["AE", "LT", "ST", "UC", "UR", "UT"]);
const BINARY = new Set(["OB", "UN", ""]);
const LONGEST_BINARY = 1024 ** 2;
/** Bytes that may be text in part are read as text up to this size. */
const LONGEST_TEXT = 65_536;
const DATE = /^(?:18|19|20)\d{2}[.-]?(?:0[1-9]|1[0-2])[.-]?(?:0[1-9]|[12]\d|3[01])(?!\d{1,3}$)/;
const UID_VALUE = /^[0-2](?:\.\d+){4,}$/;

export const isTextVr = (vr: string): boolean => TEXT.has(vr);
export const isFreeText = (vr: string): boolean => FREE_TEXT.has(vr);

/** A value as it stands, without the padding of its end and begin. */
export function standing(file: FileBytes, { from, to }: { from: number; to: number }): string {
  return to - from > LONGEST_VALUE ? "" : unpadded(file, from, to);
}

/** @throws Unreadable */
export function sourceFacts(file: FileBytes, known: KnownValues): SourceFacts {
  const facts = new Collection(file, known);
  const meta = walkFile(
    file,
    (element) => facts.see(element),
    (tag, depth) => facts.enter(tag, depth),
  );
  return { ...facts.result(), transferSyntaxUid: meta.transferSyntaxUid };
}

class Collection {
  readonly #file: FileBytes;
  readonly #known: KnownValues;
  readonly #values = new Set<IdentifyingValue>();
  readonly #places = new Map<string, PlacedValue>();
  readonly #tags = new Set<number>();
  readonly #vouched: string[] = [];
  readonly #terms: string[] = [];
  readonly #pixels: PixelPlace[] = [];
  readonly #image = new Map<number, string>();

  constructor(file: FileBytes, known: KnownValues) {
    this.#file = file;
    this.#known = known;
  }

  result(): Omit<SourceFacts, "transferSyntaxUid"> {
    return {
      values: this.#values,
      places: this.#places,
      tags: this.#tags,
      vouched: () => ({
        terms: this.#terms.join("\n").toLowerCase(),
        all: this.#vouched.join("\n").toLowerCase(),
      }),
      pixels: this.#pixels,
      image: this.#image,
    };
  }

  enter(tag: number, depth: number): void {
    if (depth === 0) this.#tags.add(tag);
  }

  see(element: SeenElement): void {
    const { tag, vr, depth, from, to } = element;
    this.enter(tag, depth);
    if (isPixelData(tag) && depth === 0) {
      this.#pixels.push({ tag, from, to });
      return;
    }
    if (depth === 0 && IMAGE_TAGS.has(tag)) this.#image.set(tag, standing(this.#file, element));
    if (from === to) return;
    if (TEXT.has(vr)) this.#text(element);
    else if (BINARY.has(vr) && to - from <= LONGEST_BINARY) this.#bytes(element);
  }

  /** Of no or unknown representation: text when it looks like it. */
  #bytes(element: SeenElement): void {
    const listed = kindOf(element.tag, element.vr) !== undefined;
    const isPrivate = (element.tag >>> 16) % 2 === 1;
    const isRemoved =
      isPrivate && !isSafeCreator(element.creator) && element.to - element.from <= LONGEST_TEXT;
    const bytes = this.#file.slice(element.from, element.to);
    if (listed || isRemoved || looksLikeText(bytes)) this.#text(element);
    else if (isPrivate && element.to - element.from >= 64) {
      const path = element.path();
      for (const [kind, text] of uidsInBytes(bytes))
        this.#remember(element, text, () => [{ kind, text, path }]);
    }
  }

  #text(element: SeenElement): void {
    const value = standing(this.#file, element);
    if (value === "") return;
    const kind = this.#kindOf(element, value);
    if (kind !== undefined && kind !== "private") this.#places.set(element.path(), { kind, value });
    if (kind === undefined) this.#vouched.push(value);
    if (kind === undefined && (element.vr === "CS" || isMakersTerm(element.tag))) this.#terms.push(value);
    this.#remember(element, value, () => this.#valuesOf(element, kind, value));
  }

  #kindOf(element: SeenElement, value: string): ValueKind | undefined {
    const { tag, vr, creator, depth } = element;
    const isPrivate = (tag >>> 16) % 2 === 1;
    const kind = kindOf(tag, vr);
    if (kind === "uid" && isPublicUid(value)) return undefined;
    if (kind !== undefined) return kind;
    if (vr === "" && UID_VALUE.test(value) && !namesClass(tag) && !isPublicUid(value)) return "uid";
    if ((vr === "" || vr === "UN") && DATE.test(value)) return "date";
    if (depth > 0 && isFreeText(vr) && !isPrivate && element.isInside(isTellingSequence)) return "text";
    const creatorItself = isPrivate && (tag & 0xff00) === 0;
    return isPrivate && !creatorItself && (PROSE.has(vr) || !isSafeCreator(creator)) ? "private" : undefined;
  }

  #remember({ tag, characterSet }: SeenElement, value: string, find: () => IdentifyingValue[]): void {
    let values = this.#known.of(tag, characterSet, value);
    if (values === undefined) {
      values = find().map((one) => this.#known.once(one));
      this.#known.keep(tag, characterSet, value, values);
    }
    for (const one of values) this.#values.add(one);
  }

  #valuesOf(element: SeenElement, kind: ValueKind | undefined, value: string): IdentifyingValue[] {
    const path = element.path();
    const values: IdentifyingValue[] = [];
    for (const one of this.#decoded(element, value)) {
      if (isFreeText(element.vr) && (kind === undefined || kind === "private" || kind === "text")) {
        values.push(...identifyingParts(one.text).map(([part, text]) => ({ kind: part, text, path })));
      }
      if (kind === undefined || (kind === "date" && !DATE.test(one.text))) continue;
      const isWeak = kind === "private" || kind === "text";
      if (isWeak && (one.text.length < 6 || !/\p{L}{3}/u.test(one.text))) continue;
      values.push({ ...one, kind, path });
    }
    return values;
  }

  /** The values of an element; text that may be long has just one. */
  #decoded({ vr, characterSet }: SeenElement, value: string): { text: string; raw?: Uint8Array }[] {
    const bytes = Buffer.from(value, "latin1");
    const isPlain = isPlainText(bytes, 0, bytes.length);
    const text = isPlain ? value : decodedText(bytes, characterSet);
    const several = vr !== "LT" && vr !== "ST" && vr !== "UT" && vr !== "UR" && text.includes("\\");
    const parts = several ? text.split("\\") : [text];
    const raw = isPlain || several ? {} : { raw: bytes };
    return parts.map((part) => ({ text: part.trim(), ...raw })).filter((part) => part.text !== "");
  }
}

function looksLikeText(bytes: Buffer): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0x1b && byte !== 0x0c)
      return false;
  }
  return end > 0;
}
