// What must be true of a copy by its structure alone: marked, no name but the pseudonym, nothing added, image as it was.
import { isFreeText, isTextVr, standing } from "./element-values.ts";
import type { FileBytes } from "./file-bytes.ts";
import type { Finding, FindingKind } from "./finding.ts";
import { kindOf } from "./identifying-elements.ts";
import { isSafeCreator } from "./makers-terms.ts";
import { tagText } from "./place.ts";
import { isPixelData, placeOf, type SeenElement } from "./second-reader.ts";
import { IMAGE_TAGS, type PixelPlace, type SourceFacts } from "./source-values.ts";

/** What the first pass was told, as far as the second must know it. */
export interface ProofOptions {
  /** PatientName (0010,0010) and PatientID (0010,0020) of the copy. */
  readonly pseudonym: { readonly patientName: string; readonly patientId: string };
  /** What was done with dates. Times of day may stay when dates are shifted. */
  readonly dates: "shift" | "remove";
  /** Values that are written for required attributes, `ANONYMIZED`; they prove nothing when a source has them too. */
  readonly written?: readonly string[];
}

/** PatientIdentityRemoved (0012,0062) */
const IDENTITY_REMOVED = 0x00120062;
/** PatientAge (0010,1010) */
const PATIENT_AGE = 0x00101010;
const OLDEST = 90;

/** What de-identification adds (PS3.15 E.1.1; PS3.3 C.7.1.1, C.12.1), and what a patient and a study must have. */
const ADDED = new Set([
  0x00080005, // SpecificCharacterSet
  0x00080016, // SOPClassUID
  0x00080018, // SOPInstanceUID
  0x00100010, // PatientName
  0x00100020, // PatientID
  0x00120062, // PatientIdentityRemoved
  0x00120063, // DeidentificationMethod
  0x00120064, // DeidentificationMethodCodeSequence
  0x00280301, // BurnedInAnnotation
  0x00280303, // LongitudinalTemporalInformationModified
]);
/** Elements of group 0002 that say what the file is, and no more. */
const META = new Set([0x0000, 0x0001, 0x0002, 0x0003, 0x0010, 0x0012, 0x0013]);

export class CopyChecks {
  readonly findings: Finding[] = [];
  readonly pixels: PixelPlace[] = [];
  readonly #file: FileBytes;
  readonly #source: SourceFacts;
  readonly #options: ProofOptions;
  readonly #image = new Map<number, string>();
  #marked = false;

  constructor(file: FileBytes, source: SourceFacts, options: ProofOptions) {
    this.#file = file;
    this.#source = source;
    this.#options = options;
  }

  enter(tag: number, depth: number): void {
    const added = depth === 0 && !this.#source.tags.has(tag) && !ADDED.has(tag);
    if (added) this.#found("element-added", tagText(tag));
  }

  see(element: SeenElement): void {
    const { tag, vr, depth, from, to } = element;
    const group = tag >>> 16;
    if (group === 0x0002 && depth === 0) {
      if (!META.has(tag & 0xffff)) this.#found("file-meta", tagText(tag));
      return;
    }
    if (depth === 0) this.#seeTop(element);
    if (isPixelData(tag) && depth === 0) return;
    if (isOverlayOrCurve(tag)) this.#found("overlay-or-curve", placeOf(element).path());
    if (from === to) return;
    if (kindOf(tag, vr) !== undefined || vr === "") this.#comparePlace(element);
    if (vr === "PN" || kindOf(tag, "") === "name") this.#checkName(element);
    if (tag === PATIENT_AGE) this.#checkAge(element);
    if (group % 2 === 1 && (tag & 0xffff) >= 0x1000) this.#checkPrivate(element);
  }

  isPixels({ tag, depth }: SeenElement): boolean {
    return depth === 0 && isPixelData(tag);
  }

  end(transferSyntaxUid: string): void {
    if (!this.#marked) this.#found("not-marked", tagText(IDENTITY_REMOVED));
    if (transferSyntaxUid !== this.#source.transferSyntaxUid)
      this.#found("transfer-syntax-differs", "(0002,0010)");
    for (const tag of IMAGE_TAGS) {
      if (this.#image.get(tag) !== this.#source.image.get(tag))
        this.#found("image-description-differs", tagText(tag));
    }
    const preamble = this.#file.meta.begin === 132 ? this.#file.slice(0, 128) : undefined;
    if (preamble?.some((byte) => byte !== 0)) this.#found("file-meta", "byte 0");
  }

  #seeTop(element: SeenElement): void {
    const { tag, from, to } = element;
    this.enter(tag, 0);
    if (isPixelData(tag)) this.pixels.push({ tag, from, to });
    else if (IMAGE_TAGS.has(tag)) this.#image.set(tag, standing(this.#file, element));
    else if (tag === IDENTITY_REMOVED) this.#marked = standing(this.#file, element) === "YES";
  }

  #comparePlace(element: SeenElement): void {
    const place = placeOf(element);
    const placed = this.#source.places.get(place.key);
    if (placed === undefined || (placed.kind === "time" && this.#options.dates === "shift")) return;
    const value = standing(this.#file, element);
    if (value !== placed.value || this.#isWritten(value)) return;
    const path = place.path();
    this.findings.push({ kind: "value-in-place", place: path, gives: placed.kind, source: path });
  }

  #checkName(element: SeenElement): void {
    const value = standing(this.#file, element);
    const isPseudonym = value === this.#options.pseudonym.patientName;
    if (value !== "" && !isPseudonym && !this.#isWritten(value))
      this.#found("name-in-place", placeOf(element).path());
  }

  #checkAge(element: SeenElement): void {
    const years = /^(\d{3})Y$/.exec(standing(this.#file, element))?.[1];
    if (Number(years ?? 0) > OLDEST) this.#found("age-above-90", placeOf(element).path());
  }

  #checkPrivate(element: SeenElement): void {
    const { vr, creator } = element;
    if (isSafeCreator(creator)) return;
    const value = isTextVr(vr) || isFreeText(vr) || vr === "OB" ? standing(this.#file, element) : "";
    const isText = isTextVr(vr) || /^[\x20-\xff\r\n\t]+$/.test(value);
    const isNumber = (vr === "DS" || vr === "IS") && /^[\d\s.+\-eE\\]*$/.test(value);
    if (value !== "" && isText && !isNumber) this.#found("private-text", placeOf(element).path());
  }

  #isWritten(value: string): boolean {
    return this.#options.written?.includes(value) === true;
  }

  #found(kind: FindingKind, place: string): void {
    this.findings.push({ kind, place });
  }
}

/** Curves (50xx,eeee), data and comments of overlays (60xx,3000), (60xx,4000). */
function isOverlayOrCurve(tag: number): boolean {
  const repeating = (tag >>> 24) & 0xff;
  const isEven = (tag >>> 16) % 2 === 0;
  if (!isEven) return false;
  const number = tag & 0xffff;
  return (
    (repeating === 0x50 && ((tag >>> 16) & 0xff) <= 0x1e) ||
    (repeating === 0x60 && (number === 0x3000 || number === 0x4000))
  );
}
