// The independent second pass over a NIfTI study: the copies are what they should be, and hold no value of the sources.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Finding, findingText } from "../proof/finding.ts";
import type { ValueKind } from "../proof/identifying-elements.ts";
import type { IdentifyingValue, SearchForm } from "../proof/search-forms.ts";
import type { StudyProver } from "../proof/study-prover.ts";
import type { CopyOfFile } from "../proof/verify.ts";
import { checkImage } from "./copied-image.ts";
import { checkSidecar, checkTable } from "./copied-text.ts";
import { fieldKind } from "./field-kinds.ts";
import { eachPiece, HEAD_BYTES, NoImage, type ReadImage, readImage } from "./image-reader.ts";
import { type JsonValue, NoJson, readJson } from "./json-reader.ts";
import { type SourceTexts, textsOfImage, textsOfName, textsOfSidecar, textsOfTable } from "./source-texts.ts";
import { ValueSearch } from "./value-search.ts";

export interface NiftiProofOptions {
  readonly dates: "shift" | "remove";
  /** What is known of the patient beside the files. */
  readonly known: readonly { readonly kind: ValueKind; readonly value: string }[];
}

/** These tell nothing where a word of a maker or a cleaned description is the same. */
const WEAK = new Set<ValueKind>(["place", "device"]);
/** A place of a person or an order: a machine's codes are too short to be told from it. */
const STRONG = 8;
const SHORTEST_ID = 4;
const NEUTRAL_NAME = /^\d{6}\.(?:nii|nii\.gz|bval|bvec|json)$/;

interface ProvenPair {
  readonly output: string;
  readonly name: string;
  /** Of an image: read once, compared and searched when all values are known. */
  readonly image?: ReadImage;
}

/** Sources are read as they come; a value of one is looked for in all copies, when the last one is there. */
export class NiftiProof implements StudyProver {
  readonly #options: NiftiProofOptions;
  readonly #pairs: ProvenPair[] = [];
  readonly #texts: SourceTexts = { values: [], terms: [], kept: [] };

  constructor(options: NiftiProofOptions) {
    this.#options = options;
  }

  async prove({ source, output }: CopyOfFile): Promise<readonly string[]> {
    const name = basename(output);
    const ending = name.slice(name.indexOf("."));
    const findings: Finding[] = NEUTRAL_NAME.test(name)
      ? []
      : [{ kind: "element-added", place: "a file name" }];
    this.#texts.values.push(...textsOfName(source));
    try {
      findings.push(...(await this.#proveContent(source, output, name, ending)));
    } catch (error) {
      if (!(error instanceof NoImage) && !(error instanceof NoJson)) throw error;
      findings.push({ kind: "unreadable", place: "the file" });
    }
    return findings.map((finding) => findingText({ ...finding, place: `${finding.place} of ${name}` }));
  }

  async finish(): Promise<readonly string[]> {
    const search = this.#search();
    const findings: Finding[] = [];
    for (const pair of this.#pairs) findings.push(...(await searchCopy(pair, search).catch(unreadable)));
    return findings.map(findingText);
  }

  async #proveContent(source: string, output: string, name: string, ending: string): Promise<Finding[]> {
    if (ending === ".nii" || ending === ".nii.gz") {
      const image = await readImage(source);
      this.#texts.values.push(...textsOfImage(source, image));
      this.#pairs.push({ output, name, image });
      return [];
    }
    this.#pairs.push({ output, name });
    const [before, after] = [await readFile(source, "utf8"), await readFile(output, "utf8")];
    if (ending !== ".json") {
      this.#texts.values.push(...textsOfTable(before));
      return checkTable(before, after);
    }
    const fields = readJson(before);
    const { values, terms, kept } = textsOfSidecar(fields);
    this.#texts.values.push(...values);
    this.#texts.terms.push(...terms);
    this.#texts.kept.push(...kept);
    return checkSidecar(fields, readJson(after), this.#options.dates);
  }

  /** For all that identifies; a place that is called like its scanner, a comment that repeats a description, is left out. */
  #search(): ValueSearch {
    const search = new ValueSearch();
    const terms = this.#texts.terms.join("\n").toLowerCase();
    const kept = this.#texts.kept.join("\n").toLowerCase();
    const isVouched = ({ kind, text }: IdentifyingValue) =>
      (WEAK.has(kind) && terms.includes(text.toLowerCase())) ||
      // an ID of three letters is in every description by chance
      ((kind === "text" || text.length < SHORTEST_ID) && kept.includes(text.toLowerCase()));
    for (const value of this.#texts.values) if (!isVouched(value)) search.add(value);
    for (const { kind, value } of this.#options.known) {
      const path = kind === "name" ? "PatientName (0010,0010)" : "what is known of the study";
      if (value.trim() !== "") search.add({ kind, text: value.trim(), path });
    }
    return search;
  }
}

function unreadable(error: unknown): Finding[] {
  if (error instanceof NoImage || error instanceof NoJson) return [{ kind: "unreadable", place: "a file" }];
  throw error;
}

async function searchCopy({ output, name, image }: ProvenPair, search: ValueSearch): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tell = (place: string) => (form: SearchForm) => {
    const { kind, path } = form.value;
    const known = findings.some((one) => one.place === place && one.source === path);
    if (!known) findings.push({ kind: "value-survives", place, gives: kind, source: path });
  };
  if (image) {
    // as it stands, packed, too: a gzip header can hold text
    const packed = tell(name);
    await eachPiece(output, (bytes) => search.inBytes(bytes, packed, false));
    const copy = await readImage(output, (bytes) => search.inBytes(bytes, packed, false));
    search.inText(copy.head.subarray(0, HEAD_BYTES), tell(`the header of ${name}`));
    return [...findings, ...checkImage(output, image, copy)];
  }
  const text = await readFile(output);
  // dates of a sidecar are shifted, and may fall on another of the source: they are looked at field by field
  search.inBytes(text, (form) => form.value.kind !== "date" && tell(name)(form), true);
  if (!name.endsWith(".json")) return findings;
  for (const value of readJson(text.toString("utf8")))
    searchField(value, search, (place) => tell(`${place} of ${name}`));
  return findings;
}

function searchField(
  { names, kind, text }: JsonValue,
  search: ValueSearch,
  tell: (place: string) => (form: SearchForm) => void,
): void {
  if (kind !== "text") return;
  const [name = ""] = names;
  const says = fieldKind(name);
  search.inText(Buffer.from(text, "utf8"), (form) => {
    // dates are compared at their own place
    if (says === "date" && form.value.kind === "date") return;
    const isCommon = form.boundary === "word" || WEAK.has(form.value.kind) || form.weight < STRONG;
    if (says === "technical" && isCommon) return;
    tell(name)(form);
  });
}
