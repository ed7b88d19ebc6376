// Searches text and bytes for the values of a study in all forms they may be written in.
import { ByteSearch } from "../proof/byte-search.ts";
import { type IdentifyingValue, isBounded, type SearchForm, searchForms } from "../proof/search-forms.ts";

/** Letters from which on a value is looked for in everything, and in what people write only. */
const EVERYWHERE = 8;
const IN_TEXT = 3;

export type Told = (form: SearchForm) => unknown;

export class ValueSearch {
  readonly #everywhere = new Pair(EVERYWHERE);
  readonly #inText = new Pair(IN_TEXT);
  readonly #known = new Set<string>();

  add(value: IdentifyingValue): void {
    const key = `${value.kind} ${value.text}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    for (const form of searchForms(value)) {
      const weight = Math.min(form.weight, form.folded.length);
      if (weight >= EVERYWHERE) this.#everywhere.add(form);
      else if (weight >= IN_TEXT) this.#inText.add(form);
    }
  }

  /** Of a value, a field, a header: short words count, too. */
  inText(bytes: Uint8Array, tell: Told): void {
    this.#everywhere.scan(bytes, tell, true);
    this.#inText.scan(bytes, tell, true);
  }

  /**
   * Of a whole file: only what cannot be there by chance counts.
   * @param bounded what stands beside a find may tell that it is another word; voxels tell nothing
   */
  inBytes(bytes: Uint8Array, tell: Told, bounded: boolean): void {
    this.#everywhere.scan(bytes, tell, bounded);
  }
}

/** Forms of one byte for a letter, and forms of two. */
class Pair {
  readonly #narrow: ByteSearch<SearchForm>;
  readonly #wide: ByteSearch<SearchForm>;

  constructor(shortest: number) {
    this.#narrow = new ByteSearch(shortest);
    this.#wide = new ByteSearch(shortest, 2);
  }

  add(form: SearchForm): void {
    (form.wide ? this.#wide : this.#narrow).add(form);
  }

  scan(bytes: Uint8Array, tell: Told, bounded: boolean): void {
    const found = (form: SearchForm, at: number) => {
      if (!bounded || isBounded(form, bytes, at, 0, bytes.length)) tell(form);
    };
    this.#narrow.scan(bytes, 0, bytes.length, found);
    this.#wide.scan(bytes, 0, bytes.length, found);
  }
}
