// The independent second pass: reads source and copy and tells whether anything that identifies has survived.
import { CopyChecks, type ProofOptions } from "./copy-checks.ts";
import { CopySearch } from "./copy-search.ts";
import { FileBytes, Unreadable, WINDOW_BYTES } from "./file-bytes.ts";
import type { Finding } from "./finding.ts";
import type { ValueKind } from "./identifying-elements.ts";
import { KnownValues } from "./known-values.ts";
import { PlaceLevel } from "./place.ts";
import type { IdentifyingValue } from "./search-forms.ts";
import { type SeenElement, walkFile } from "./second-reader.ts";
import { SourceMemory } from "./source-memory.ts";
import { type PixelPlace, type SourceFacts, type StudyMemory, sourceFacts } from "./source-values.ts";
import { SurvivingDates } from "./surviving-dates.ts";

export type { ProofOptions } from "./copy-checks.ts";
export { type Finding, type FindingKind, findingText } from "./finding.ts";

/** A source file, its copy, and whether its pixels were masked. */
export interface CopyOfFile {
  readonly source: string;
  readonly output: string;
  readonly masked?: boolean;
}

/** Values of these kinds are the same in all files of a study, and are looked for in all of them. */
const OF_THE_STUDY = new Set<ValueKind>(["name", "id", "place", "contact", "address", "device"]);
const WEAK = new Set<ValueKind>(["place", "address", "device", "text", "private"]);
const COMPARED_AT_ONCE = 1024 ** 2;

/**
 * Proves one study, file after file; a value that is in one file is looked for in all.
 * Nothing is shared with the first pass but the files. Memory: two windows of 2 MB and the values.
 */
export class StudyProof {
  readonly #options: ProofOptions;
  readonly #memory: StudyMemory = {
    places: new PlaceLevel(),
    known: new KnownValues(),
    sources: new SourceMemory(),
  };
  readonly #search = new CopySearch(this.#memory.places);
  /** Of the last file only: UIDs, dates, private text. */
  #passing: IdentifyingValue[] = [];
  readonly #ofStudy = new Map<string, IdentifyingValue>();
  readonly #seen: { readonly output: string; readonly values: number }[] = [];
  readonly #windows = [Buffer.allocUnsafeSlow(WINDOW_BYTES), Buffer.allocUnsafeSlow(WINDOW_BYTES)] as const;

  constructor(options: ProofOptions) {
    this.#options = options;
  }

  /** Looks for a value that is known from elsewhere: given with an upload, in the order. */
  lookFor(kind: ValueKind, text: string): void {
    this.#keep({ kind, text, path: "what is known of the study" });
  }

  /** @returns what is wrong; nothing when the copy is clean. Throws only when a file cannot be opened. */
  verify({ source, output, masked = false }: CopyOfFile): Finding[] {
    const findings: Finding[] = [];
    const [first, second] = this.#windows;
    try {
      using from = opened(source, first);
      using to = opened(output, second);
      const facts = sourceFacts(from.file, this.#memory);
      this.#prove(from.file, to.file, facts, masked, findings);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      findings.push({ kind: "unreadable", place: "the file" });
    }
    this.#seen.push({ output, values: this.#ofStudy.size });
    return findings;
  }

  /**
   * Looks once more at copies that were proven before all values of the study were known.
   * @returns what is wrong, by the path of the copy
   */
  finish(): { readonly output: string; readonly findings: Finding[] }[] {
    for (const value of this.#passing) this.#search.remove(value);
    this.#passing = [];
    const early = this.#seen.filter(({ values }) => values < this.#ofStudy.size);
    return early.flatMap(({ output }) => {
      const findings: Finding[] = [];
      using copy = opened(output, this.#windows[1]);
      const pixels: PixelPlace[] = [];
      walkFile(copy.file, this.#memory.places, (element) => {
        const { tag, from, to, depth } = element;
        if (depth === 0 && tag >>> 16 === 0x7fe0) pixels.push({ tag, from, to });
        else this.#search.seeText(copy.file, element, findings);
      });
      this.#search.seeBytes(copy.file, pixels, findings);
      return findings.length > 0 ? [{ output, findings }] : [];
    });
  }

  #prove(source: FileBytes, copy: FileBytes, facts: SourceFacts, masked: boolean, findings: Finding[]): void {
    const checks = new CopyChecks(copy, facts, this.#options);
    const dates = new SurvivingDates(facts, this.#options.dates);
    const found: Finding[] = [];
    this.#takeOver(facts);
    const see = (element: SeenElement) => {
      checks.see(element);
      dates.see(copy, element);
      if (!checks.isPixels(element)) this.#search.seeText(copy, element, found);
    };
    const meta = walkFile(copy, this.#memory.places, see, (tag, depth) => checks.enter(tag, depth));
    checks.end(meta.transferSyntaxUid);
    this.#search.seeBytes(copy, checks.pixels, found);
    findings.push(...checks.findings, ...found.filter((one) => !dates.explain(one)));
    comparePixels(source, facts.pixels, copy, checks.pixels, masked, findings);
  }

  /** Values of this file come in, those of the last one that are not in this one go out. */
  #takeOver(facts: SourceFacts): void {
    const { values } = facts;
    for (const value of this.#passing) if (!values.has(value)) this.#search.remove(value);
    this.#passing = [];
    let vouched: Vouched | undefined;
    for (const value of values) {
      if (!this.#search.has(value)) {
        if (WEAK.has(value.kind)) {
          vouched ??= facts.vouched();
          if (isVouched(value, vouched)) continue;
        }
        if (OF_THE_STUDY.has(value.kind)) this.#keep(value);
        else this.#search.add(value);
      }
      if (!OF_THE_STUDY.has(value.kind)) this.#passing.push(value);
    }
  }

  #keep(value: IdentifyingValue): void {
    const key = `${value.kind} ${value.text}`;
    if (this.#ofStudy.has(key)) return;
    this.#ofStudy.set(key, value);
    this.#search.add(value);
  }
}

/**
 * Proves a single copy.
 * @returns what is wrong; nothing when the copy is clean
 */
export function verifyCopy(
  source: string,
  output: string,
  options: ProofOptions & { masked?: boolean },
): Finding[] {
  return new StudyProof(options).verify({ source, output, masked: options.masked === true });
}

type Vouched = ReturnType<SourceFacts["vouched"]>;

/**
 * A place that is called like its scanner, four numbers that are the version of its software, a comment that repeats the
 * description: finding them proves nothing.
 */
function isVouched({ kind, text }: IdentifyingValue, vouched: Vouched): boolean {
  const all = kind === "text" || kind === "private";
  return (all ? vouched.all : vouched.terms).includes(text.toLowerCase());
}

function comparePixels(
  source: FileBytes,
  before: readonly PixelPlace[],
  copy: FileBytes,
  after: readonly PixelPlace[],
  masked: boolean,
  findings: Finding[],
): void {
  const differ =
    !isSamePlaces(before, after) || before.some((one, index) => !isSame(source, one, copy, after[index]!));
  if (differ && !masked) findings.push({ kind: "pixels-differ", place: "(7fe0,0010)" });
  if (!differ && masked) findings.push({ kind: "pixels-not-masked", place: "(7fe0,0010)" });
}

const isSamePlaces = (before: readonly PixelPlace[], after: readonly PixelPlace[]): boolean =>
  before.length === after.length &&
  before.every(
    ({ tag, from, to }, at) => tag === after[at]!.tag && to - from === after[at]!.to - after[at]!.from,
  );

function isSame(source: FileBytes, before: PixelPlace, copy: FileBytes, after: PixelPlace): boolean {
  const shift = after.from - before.from;
  for (let at = before.from; at < before.to; at += COMPARED_AT_ONCE) {
    const end = Math.min(before.to, at + COMPARED_AT_ONCE);
    if (source.slice(at, end).compare(copy.slice(at + shift, end + shift)) !== 0) return false;
  }
  return true;
}

function opened(path: string, window: Buffer): Disposable & { readonly file: FileBytes } {
  const file = new FileBytes(path, window);
  return { file, [Symbol.dispose]: () => file.close() };
}
