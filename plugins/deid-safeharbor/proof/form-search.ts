// Searches bytes for the forms of values: with one byte for a letter, and with two.
import { ByteSearch } from "./byte-search.ts";
import type { SearchForm } from "./search-forms.ts";

export class FormSearch {
  readonly #narrow: ByteSearch<SearchForm>;
  readonly #wide: ByteSearch<SearchForm>;

  /** @param shortest letters of the shortest form that will be added */
  constructor(shortest: number) {
    this.#narrow = new ByteSearch(shortest);
    this.#wide = new ByteSearch(shortest, 2);
  }

  add(form: SearchForm): void {
    this.#for(form).add(form);
  }

  remove(form: SearchForm): void {
    this.#for(form).remove(form);
  }

  scan(...place: Parameters<ByteSearch<SearchForm>["scan"]>): void {
    this.#narrow.scan(...place);
    this.#wide.scan(...place);
  }

  #for({ wide }: SearchForm): ByteSearch<SearchForm> {
    return wide ? this.#wide : this.#narrow;
  }
}
