// Where elements stand: one object for each path, the same in all files of a study, so that paths are hardly ever written.

/** Places that are kept; those of an object with thousands of frames are made anew. */
const MOST_PLACES = 20_000;
const MOST_TAG_TEXTS = 20_000;

const tagTexts = new Map<number, string>();

/** `(0008,1140)`; made once, for paths are made of many. */
export function tagText(tag: number): string {
  let text = tagTexts.get(tag);
  if (text === undefined) {
    const digits = tag.toString(16).padStart(8, "0");
    text = `(${digits.slice(0, 4)},${digits.slice(4)})`;
    if (tagTexts.size < MOST_TAG_TEXTS) tagTexts.set(tag, text);
  }
  return text;
}

/** The data set of a file, or an item of a sequence. */
export class PlaceLevel {
  readonly #sequence: Place | undefined;
  readonly #index: number;
  readonly #kept: { count: number };
  #places: Map<number, Place> | undefined;

  /** @param sequence none for the data set itself */
  constructor(sequence?: Place, index = 0, kept = { count: 0 }) {
    this.#sequence = sequence;
    this.#index = index;
    this.#kept = kept;
  }

  place(tag: number): Place {
    let place = this.#places?.get(tag);
    if (place === undefined) {
      const isKept = this.#kept.count < MOST_PLACES;
      place = new Place(this, tag, this.#kept, isKept);
      if (!isKept) return place;
      this.#kept.count += 1;
      this.#places ??= new Map();
      this.#places.set(tag, place);
    }
    return place;
  }

  /** `(0008,1140)[0].`; empty for the data set itself. */
  path(): string {
    return this.#sequence === undefined ? "" : `${this.#sequence.path()}[${this.#index}].`;
  }

  /** Whether it is an item, at any depth, of a sequence of which this is true. */
  isInside(sequence: (tag: number) => boolean): boolean {
    const outer = this.#sequence;
    return outer !== undefined && (sequence(outer.tag) || outer.isInside(sequence));
  }
}

export type PlaceKey = Place | string;

export class Place {
  readonly tag: number;
  readonly #level: PlaceLevel;
  readonly #kept: { count: number };
  readonly #isKept: boolean;
  #items: PlaceLevel[] | undefined;
  #path: string | undefined;

  constructor(level: PlaceLevel, tag: number, kept: { count: number }, isKept: boolean) {
    this.tag = tag;
    this.#level = level;
    this.#kept = kept;
    this.#isKept = isKept;
  }

  /** Is equal for the same place of source and copy, also where the place itself was made anew. */
  get key(): PlaceKey {
    return this.#isKept ? this : this.path();
  }

  /** Of a sequence. */
  item(index: number): PlaceLevel {
    let item = this.#items?.[index];
    if (item === undefined) {
      item = new PlaceLevel(this, index, this.#kept);
      this.#items ??= [];
      if (index === this.#items.length && this.#kept.count < MOST_PLACES) {
        this.#kept.count += 1;
        this.#items.push(item);
      }
    }
    return item;
  }

  /** `(0008,1140)[0].(0008,1155)` */
  path(): string {
    this.#path ??= this.#level.path() + tagText(this.tag);
    return this.#path;
  }

  isInside(sequence: (tag: number) => boolean): boolean {
    return this.#level.isInside(sequence);
  }
}
