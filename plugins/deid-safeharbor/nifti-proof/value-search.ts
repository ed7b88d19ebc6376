// Searches text and bytes for the values of a study in all forms they may be written in.
import { FormSearch } from "../proof/form-search.ts";
import { type IdentifyingValue, isBounded, type SearchForm, searchForms } from "../proof/search-forms.ts";

/** Letters from which on a value is looked for in everything, and in what people write only. */
const EVERYWHERE = 8;
const IN_TEXT = 3;

export type Told = (form: SearchForm) => unknown;

export class ValueSearch {
  readonly #everywhere = new FormSearch(EVERYWHERE);
  readonly #inText = new FormSearch(IN_TEXT);
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
    scan(this.#everywhere, bytes, tell, true);
    scan(this.#inText, bytes, tell, true);
  }

  /**
   * Of a whole file: only what cannot be there by chance counts.
   * @param bounded what stands beside a find may tell that it is another word; voxels tell nothing
   */
  inBytes(bytes: Uint8Array, tell: Told, bounded: boolean): void {
    scan(this.#everywhere, bytes, tell, bounded);
  }
}

/** @param bounded a find counts only where it is a word of its own */
function scan(search: FormSearch, bytes: Uint8Array, tell: Told, bounded: boolean): void {
  search.scan(bytes, 0, bytes.length, (form, at) => {
    if (!bounded || isBounded(form, bytes, at, 0, bytes.length)) tell(form);
  });
}
