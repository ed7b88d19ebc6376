// The elements of an image file as lines of a table; values that may tell of the patient only where they are asked for.
import {
  type DatasetView,
  type FileSource,
  formatTag,
  readHeader,
  shortWords,
  Tag,
  type ViewedElement,
  valueWords,
} from "@thalamus/sdk/dicom";
import { impliedVr, keywordOf } from "@thalamus/sdk/dicom/dictionary";
import { isOpenElement, namesPatient } from "./open-elements.ts";

export interface ElementLine {
  /** Tags from the data set down, items from 0: `(0008,1140)[0].(0008,1155)` */
  readonly path: string;
  /** Empty for what the standard does not know. */
  readonly keyword: string;
  readonly vr: string;
  /** Null where it is covered. */
  readonly value: string | null;
  /** There is a value, and it may tell of the patient. */
  readonly covered: boolean;
}

export interface ElementList {
  readonly elements: ElementLine[];
  /** How many there are beyond these. */
  readonly more: number;
}

export interface ElementRequest {
  /** Words of the patient; what holds one of them is covered. */
  readonly patient: readonly string[];
  /** Paths whose values are wanted all the same. */
  readonly revealed?: ReadonlySet<string>;
}

/** Of a header of a long multi-frame image nobody reads more. */
const MOST_ELEMENTS = 3000;
const PIXEL_REPRESENTATION = Tag.PixelRepresentation;

/** @throws MalformedDataset or TruncatedDataset */
export async function listElements(file: FileSource, request: ElementRequest): Promise<ElementList> {
  const { meta, dataset, passedBy } = await readHeader(file);
  const list = new Lines(request);
  list.addAll(meta, "", []);
  list.addAll(dataset, "", []);
  const far = passedBy.map(({ tag, vr, length }): ElementLine => {
    const value = `${length} bytes, too long to be shown`;
    return { path: formatTag(tag), keyword: keywordOf(tag) ?? "", vr, value, covered: false };
  });
  const lines = [...list.lines, ...far];
  return {
    elements: lines.slice(0, MOST_ELEMENTS),
    more: Math.max(0, list.count + far.length - MOST_ELEMENTS),
  };
}

class Lines {
  readonly #request: ElementRequest;
  readonly lines: ElementLine[] = [];
  count = 0;

  constructor(request: ElementRequest) {
    this.#request = request;
  }

  addAll(dataset: DatasetView, before: string, parents: readonly number[]): void {
    const signed = dataset.numbers(PIXEL_REPRESENTATION, "US")[0] === 1;
    for (const element of dataset.elements()) {
      // lengths of groups say nothing of the image
      if ((element.tag & 0xffff) === 0) continue;
      const path = `${before}${formatTag(element.tag)}`;
      const vr = vrOf(dataset, element, signed);
      const tags = [...parents, element.tag];
      this.count += 1;
      if (this.lines.length < MOST_ELEMENTS)
        this.lines.push(this.#line(dataset, element, { path, vr, tags }));
      if (!element.sequence && vr !== "SQ") continue;
      for (const [index, item] of dataset.items(element.tag).entries()) {
        this.addAll(item, `${path}[${index}].`, tags);
      }
    }
  }

  #line(
    { characterSet }: DatasetView,
    { tag, value, encoding, sequence }: ViewedElement,
    { path, vr, tags }: { path: string; vr: string; tags: readonly number[] },
  ): ElementLine {
    const known = { path, keyword: keywordOf(tag) ?? "", vr };
    if (sequence || vr === "SQ") return { ...known, value: "", covered: false };
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
    const words = valueWords(bytes, { vr, littleEndian: encoding.littleEndian, characterSet });
    const { patient, revealed } = this.#request;
    const isOpen = words === "" || (isOpenElement(tags, vr) && !namesPatient(words, vr, patient));
    const isShown = isOpen || revealed?.has(path) === true;
    return { ...known, value: isShown ? shortWords(words) : null, covered: !isOpen };
  }
}

function vrOf(dataset: DatasetView, { tag, vr, sequence }: ViewedElement, signed: boolean): string {
  if (vr !== "" && vr !== "UN") return vr;
  if (sequence) return "SQ";
  const block = (tag >>> 8) & 0xff;
  const creator = (tag >>> 16) % 2 === 1 ? dataset.ascii((tag & 0xffff0000) + block) : undefined;
  return impliedVr(tag, signed, creator);
}
