// What values of source elements were found to hold, kept while a study is looked at: most of its files say the same.
import type { IdentifyingValue } from "./search-forms.ts";
import type { SeenElement } from "./second-reader.ts";

/** The memory of a study stays within some megabytes. */
const LONGEST_KNOWN = 2048;
const MOST_KNOWN = 20_000;

type ByValue = Map<string, readonly IdentifyingValue[]>;

export class KnownValues {
  /** By character set, tag and value as it stands. */
  readonly #known = new Map<string, Map<number, ByValue>>();
  readonly #once = new Map<string, IdentifyingValue>();
  #size = 0;

  of({ tag, characterSet }: SeenElement, value: string): readonly IdentifyingValue[] | undefined {
    return this.#known.get(characterSet)?.get(tag)?.get(value);
  }

  /** @returns the values, each as the object that it was when it was first found */
  keep(
    { tag, characterSet }: SeenElement,
    value: string,
    found: readonly IdentifyingValue[],
  ): readonly IdentifyingValue[] {
    const values = found.map((one) => this.once(one));
    if (value.length > LONGEST_KNOWN) return values;
    if (this.#size > MOST_KNOWN) this.#known.clear();
    this.#size = this.#known.size === 0 ? 1 : this.#size + 1;
    let byTag = this.#known.get(characterSet);
    if (byTag === undefined) {
      byTag = new Map();
      this.#known.set(characterSet, byTag);
    }
    const byValue = byTag.get(tag);
    if (byValue) byValue.set(value, values);
    else byTag.set(tag, new Map([[value, values]]));
    return values;
  }

  /** The date of the study is in many places; it is looked for once. */
  once(value: IdentifyingValue): IdentifyingValue {
    // parts of a patient's name are looked for when they are short, too
    const ofPatient = value.kind === "name" && value.path.includes("(0010,");
    const key = `${value.kind} ${ofPatient} ${value.text}`;
    const before = this.#once.get(key);
    if (before !== undefined) return before;
    if (this.#once.size > MOST_KNOWN) this.#once.clear();
    this.#once.set(key, value);
    return value;
  }
}
