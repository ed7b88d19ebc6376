// Searches a copy for the values of its source, byte by byte and element by element, and judges each find.
import { isFreeText, isTextVr } from "./element-values.ts";
import type { FileBytes } from "./file-bytes.ts";
import type { Finding } from "./finding.ts";
import { FormSearch } from "./form-search.ts";
import { isMakersTerm } from "./makers-terms.ts";
import type { PlaceLevel } from "./place.ts";
import { LONGEST_PLACEHOLDER } from "./placeholders.ts";
import { type IdentifyingValue, isBounded, type SearchForm, searchForms } from "./search-forms.ts";
import { decodedText, isPlainText } from "./second-decoding.ts";
import { isPixelData, placeOf, type SeenElement, walkFile } from "./second-reader.ts";
import type { PixelPlace } from "./source-values.ts";

interface Hit {
  readonly form: SearchForm;
  /** In the file. */
  readonly at: number;
  /** The find with what stands beside it, and where it begins in it. */
  readonly around: Uint8Array;
  readonly offset: number;
}

/** As much as a boundary may depend on. */
const BESIDE = Math.max(16, LONGEST_PLACEHOLDER);

/** Letters from which on a value is looked for in everything, in all but pixels, and in text only. */
const EVERYWHERE = 8;
const OUTSIDE_PIXELS = 5;
const IN_TEXT = 3;
/** Windows of a large file overlap by this, so that nothing falls between them. */
const OVERLAP = 2048;

/** The values that are looked for; it stays from file to file, for most values do. */
export class CopySearch {
  readonly #everywhere = new FormSearch(EVERYWHERE);
  readonly #outsidePixels = new FormSearch(OUTSIDE_PIXELS);
  readonly #inText = new FormSearch(IN_TEXT);
  readonly #sought = new Map<IdentifyingValue, readonly SearchForm[]>();
  readonly #places: PlaceLevel;

  /** @param places of the study */
  constructor(places: PlaceLevel) {
    this.#places = places;
  }

  has(value: IdentifyingValue): boolean {
    return this.#sought.has(value);
  }

  add(value: IdentifyingValue): void {
    const forms = searchForms(value);
    this.#sought.set(value, forms);
    for (const form of forms) this.#searchFor(form)?.add(form);
  }

  remove(value: IdentifyingValue): void {
    for (const form of this.#sought.get(value) ?? []) this.#searchFor(form)?.remove(form);
    this.#sought.delete(value);
  }

  #searchFor(form: SearchForm): FormSearch | undefined {
    const weight = Math.min(form.weight, form.folded.length);
    if (weight >= EVERYWHERE) return this.#everywhere;
    if (weight >= OUTSIDE_PIXELS) return this.#outsidePixels;
    return weight >= IN_TEXT ? this.#inText : undefined;
  }

  /** Looks at one element of text, for words too short to be looked for elsewhere, and in its own character set. */
  seeText(file: FileBytes, element: SeenElement, findings: Finding[]): void {
    const { vr, from, to, characterSet } = element;
    if (!isTextVr(vr) && !isFreeText(vr)) return;
    if (to - from < IN_TEXT || to - from > 1024 ** 2) return;
    const start = file.reach(from, to - from);
    const end = start + to - from;
    const { bytes } = file;
    // what stands beside is no part of the value
    const tell = (inside: Uint8Array, begin: number, end: number) => (form: SearchForm, at: number) => {
      if (isBounded(form, inside, at, begin, end)) this.#judge(form, true, element, from, findings);
    };
    if (isFreeText(vr)) this.#inText.scan(bytes, start, end, tell(bytes, start, end));
    if (isPlainText(bytes, start, end)) return;
    const inside = Buffer.from(bytes.subarray(start, end));
    const decoded = Buffer.from(decodedText(inside, characterSet), "utf8");
    for (const search of [this.#everywhere, this.#outsidePixels, this.#inText])
      search.scan(decoded, 0, decoded.length, tell(decoded, 0, decoded.length));
  }

  /** Searches all bytes; pixels only for what cannot be there by chance. */
  seeBytes(file: FileBytes, pixels: readonly PixelPlace[], findings: Finding[]): void {
    const hits: Hit[] = [];
    let at = 0;
    for (const { from, to } of pixels.toSorted((a, b) => a.from - b.from)) {
      this.#scan(file, at, from + 1, [this.#everywhere, this.#outsidePixels], hits);
      this.#scan(file, from, to, [this.#everywhere], hits);
      at = to;
    }
    this.#scan(file, at, file.size, [this.#everywhere, this.#outsidePixels], hits);
    if (hits.length > 0) this.#locate(file, hits, findings);
  }

  #scan(file: FileBytes, from: number, to: number, searches: readonly FormSearch[], hits: Hit[]): void {
    const window = file.bytes.length;
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + window);
      const start = file.reach(at, end - at);
      const { bytes } = file;
      const tell = (form: SearchForm, place: number) => {
        const begin = Math.max(0, place - BESIDE);
        const around = Uint8Array.prototype.slice.call(bytes, begin, place + form.span + BESIDE);
        hits.push({ form, at: at - start + place, around, offset: place - begin });
      };
      for (const search of searches) search.scan(bytes, start, start + end - at, tell);
      if (end === to) return;
      at = end - OVERLAP;
    }
  }

  /** Walks the file once more to learn in which elements the finds are. */
  #locate(file: FileBytes, hits: readonly Hit[], findings: Finding[]): void {
    const open = new Set(hits);
    walkFile(file, this.#places, (element) => {
      for (const hit of open) {
        if (hit.at < element.from || hit.at >= element.to) continue;
        open.delete(hit);
        this.#judgeHit(hit, element, findings);
      }
    });
    for (const hit of open) this.#judgeHit(hit, undefined, findings);
  }

  #judgeHit({ form, at, around, offset }: Hit, element: SeenElement | undefined, findings: Finding[]): void {
    const from = element === undefined ? 0 : element.from - at + offset;
    const to = element === undefined ? around.length : element.to - at + offset;
    if (!isBounded(form, around, offset, from, to)) return;
    // letters with a zero byte each are no chance find either
    this.#judge(form, form.wide || isReadable(around, offset, form.span, from, to), element, at, findings);
  }

  /** @param readable stands in readable text, at least of eight letters or between control bytes */
  #judge(
    form: SearchForm,
    readable: boolean,
    element: SeenElement | undefined,
    at: number,
    findings: Finding[],
  ): void {
    const { value, weight, boundary } = form;
    const vr = element?.vr ?? "";
    const isPixel = element !== undefined && element.depth === 0 && isPixelData(element.tag);
    const isNumeric = isTextVr(vr) && !isFreeText(vr);
    const isBinary = element === undefined || (!isTextVr(vr) && !isFreeText(vr)) || vr === "" || vr === "UN";
    if (weight < EVERYWHERE && (isPixel || isNumeric || (isBinary && !readable))) return;
    const isCommon = boundary === "word" || value.kind === "place" || value.kind === "device";
    if (element !== undefined && isCommon && isMakersTerm(element.tag)) return;
    const place =
      element === undefined
        ? `byte ${at}`
        : isPixel
          ? `${placeOf(element).path()} byte ${at}`
          : placeOf(element).path();
    const known = findings.some((one) => one.place === place && one.source === value.path);
    if (!known) findings.push({ kind: "value-survives", place, gives: value.kind, source: value.path });
  }
}

const READABLE_RUN = 8;
const isPrintable = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x20 && byte < 0x7f;

/** A short word among bytes that are no text is there by chance. */
function isReadable(around: Uint8Array, at: number, length: number, begin: number, end: number): boolean {
  const beside = (place: number) => (place >= begin && place < end ? around[place] : undefined);
  let from = at;
  while (isPrintable(beside(from - 1)) && at - from < READABLE_RUN) from -= 1;
  let to = at + length;
  while (isPrintable(beside(to)) && to - at - length < READABLE_RUN) to += 1;
  return to - from >= READABLE_RUN || (isEdge(beside(from - 1)) && isEdge(beside(to)));
}

const isEdge = (byte: number | undefined): boolean => byte === undefined || byte < 0x20;
