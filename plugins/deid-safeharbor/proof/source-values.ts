// Collects what identifies in a source file, and what the copy must still say of its image.
import { type PlacedValue, standing, valuesOfElement } from "./element-values.ts";
import type { FileBytes } from "./file-bytes.ts";
import type { KnownValues } from "./known-values.ts";
import type { PlaceKey, PlaceLevel } from "./place.ts";
import type { IdentifyingValue } from "./search-forms.ts";
import { isPixelData, placeOf, type SeenElement, walkFile } from "./second-reader.ts";
import type { SourceMemory } from "./source-memory.ts";

/** What a source file says, as far as the proof needs it. */
export interface SourceFacts {
  readonly values: ReadonlySet<IdentifyingValue>;
  /** Elements that must not have the value they had. */
  readonly places: ReadonlyMap<PlaceKey, PlacedValue>;
  /** Tags of the data set itself. */
  readonly tags: ReadonlySet<number>;
  /** Text that may stay, in small letters: terms and names of the maker, and all of it. */
  vouched(): { readonly terms: string; readonly all: string };
  readonly transferSyntaxUid: string;
  readonly pixels: readonly PixelPlace[];
  /** Attributes of the image by tag, as they stand. */
  readonly image: ReadonlyMap<number, string>;
}

export interface PixelPlace {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

/** What stays from file to file of a study. */
export interface StudyMemory {
  readonly places: PlaceLevel;
  readonly known: KnownValues;
  readonly sources: SourceMemory;
}

/** SamplesPerPixel, PhotometricInterpretation, NumberOfFrames, Rows, Columns and the bits (group 0028). */
export const IMAGE_TAGS = new Set([
  0x00280002, 0x00280004, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103,
]);

/** @throws Unreadable */
export function sourceFacts(file: FileBytes, memory: StudyMemory): SourceFacts {
  const facts = new Collection(file, memory);
  const meta = walkFile(
    file,
    memory.places,
    (element) => facts.see(element),
    (tag, depth) => facts.enter(tag, depth),
  );
  return { ...facts.result(), transferSyntaxUid: meta.transferSyntaxUid };
}

class Collection {
  readonly #file: FileBytes;
  readonly #memory: StudyMemory;
  readonly #values = new Set<IdentifyingValue>();
  readonly #places = new Map<PlaceKey, PlacedValue>();
  readonly #tags = new Set<number>();
  readonly #vouched: string[] = [];
  readonly #terms: string[] = [];
  readonly #pixels: PixelPlace[] = [];
  readonly #image = new Map<number, string>();

  constructor(file: FileBytes, memory: StudyMemory) {
    this.#file = file;
    this.#memory = memory;
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
    const { tag, depth, from, to } = element;
    this.enter(tag, depth);
    if (isPixelData(tag) && depth === 0) {
      this.#pixels.push({ tag, from, to });
      return;
    }
    if (depth === 0 && IMAGE_TAGS.has(tag)) this.#image.set(tag, standing(this.#file, element));
    if (from !== to) this.#take(element);
  }

  #take(element: SeenElement): void {
    const { sources, known } = this.#memory;
    let said = sources.recall(this.#file, element);
    if (said === undefined) {
      said = valuesOfElement(this.#file, element, known);
      sources.keep(this.#file, element, said);
    }
    const { placed, vouched, isTerm, values } = said;
    if (placed !== undefined) this.#places.set(placeOf(element).key, placed);
    if (vouched !== undefined) this.#vouched.push(vouched);
    if (vouched !== undefined && isTerm) this.#terms.push(vouched);
    for (const value of values) this.#values.add(value);
  }
}
