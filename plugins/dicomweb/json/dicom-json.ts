// Writes a data set that is in memory in the DICOM JSON model (PS3.18 annex F).
import { type DatasetView, MalformedDataset, Tag, type ViewedElement } from "@thalamus/sdk/dicom";
import { hexTag, impliedVr } from "@thalamus/sdk/dicom/dictionary";
import { inlineBinary, isBinary, type JsonAttribute, jsonValue } from "./json-value.ts";

/**
 * Attributes by their tags in hex. A map, because in an object JavaScript would put those that look like numbers
 * first, and they have to be in the order of their tags (F.2.2).
 */
export type JsonDataset = Map<string, JsonAttribute>;

/** Where a longer value can be had: tag, item from 1 on, tag… */
export type BulkDataUri = (address: readonly number[]) => string;

/** Longer ones are left where they are. */
const LONGEST_INLINE = 1024;
/** Sequences in sequences beyond this are not followed. */
const MAX_DEPTH = 64;

export interface JsonOptions {
  readonly bulkDataUri: BulkDataUri;
  /** Where this data set stands in the one that is asked for. */
  readonly address?: readonly number[];
  /** Only these tags of the top level; all of them when left out. */
  readonly only?: ReadonlySet<number> | undefined;
}

/** @throws MalformedDataset when sequences are nested too deep */
export function datasetJson(view: DatasetView, options: JsonOptions): JsonDataset {
  const json: JsonDataset = new Map();
  const signed = view.numbers(Tag.PixelRepresentation, "US")[0] === 1;
  for (const element of view.elements()) {
    const { tag } = element;
    // group lengths say nothing about JSON (F.2.2)
    if ((tag & 0xffff) === 0 || options.only?.has(tag) === false) continue;
    const attribute = attributeJson(view, element, signed, options);
    if (attribute) json.set(hexTag(tag), attribute);
  }
  // JSON is UTF-8, whatever the object was written in
  if (json.has(hexTag(Tag.SpecificCharacterSet))) {
    json.set(hexTag(Tag.SpecificCharacterSet), { vr: "CS", Value: ["ISO_IR 192"] });
  }
  return json;
}

/** @returns undefined for what the model cannot hold: fragments inside of a sequence */
function attributeJson(
  view: DatasetView,
  element: ViewedElement,
  signed: boolean,
  { bulkDataUri, address = [] }: JsonOptions,
): JsonAttribute | undefined {
  const { tag, value, encoding } = element;
  const vr = vrOf(element, signed);
  const own = [...address, tag];
  if (vr === "SQ") {
    if (own.length > 2 * MAX_DEPTH)
      throw new MalformedDataset(`sequences are nested more than ${MAX_DEPTH} deep`);
    const items = view.items(tag);
    const options = (index: number) => ({ bulkDataUri, address: [...own, index + 1] });
    return items.length === 0
      ? { vr }
      : { vr, Value: items.map((item, index) => datasetJson(item, options(index))) };
  }
  if (!isBinary(vr)) return jsonValue(value, vr, encoding.littleEndian, view.characterSet);
  if (element.sequence) return undefined;
  if (value.length === 0) return { vr };
  if (value.length > LONGEST_INLINE) return { vr, BulkDataURI: bulkDataUri(own) };
  return { vr, InlineBinary: inlineBinary(value, vr, encoding.littleEndian) };
}

/** A sequence whose writer did not know that it is one has no length and is UN (PS3.5 6.2.2). */
function vrOf({ tag, vr, sequence }: ViewedElement, signed: boolean): string {
  if (sequence && vr !== "OB" && vr !== "OW") return "SQ";
  return /^[A-Z]{2}$/.test(vr) ? vr : impliedVr(tag, signed);
}

/** The model as text, attributes in ascending order. */
export function jsonText(dataset: JsonDataset): string {
  const tags = [...dataset.keys()].sort();
  return `{${tags.map((tag) => `"${tag}":${attributeText(dataset.get(tag)!)}`).join(",")}}`;
}

function attributeText(attribute: JsonAttribute): string {
  const { vr, Value } = attribute;
  if (vr !== "SQ" || Value === undefined) return JSON.stringify(attribute);
  return `{"vr":"SQ","Value":[${Value.map((item) => jsonText(item as JsonDataset)).join(",")}]}`;
}
