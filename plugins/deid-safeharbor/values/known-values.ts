// The names, numbers and places of this very study, looked for in all text that stays.

/** Identifying values shorter than this are too common to be looked for. */
const SHORTEST_ID = 4;
/** From here on a value is found inside of words, too: JOHNSMITH in JOHNSMITH_BRAIN. */
const SHORTEST_INSIDE = 5;
const MOST_VALUES = 2000;

const LETTERS: Readonly<Record<string, string>> = {
  Ä: "AE",
  Ö: "OE",
  Ü: "UE",
  ß: "SS",
  Æ: "AE",
  Ø: "OE",
  Å: "AA",
};

export type KnownKind = "person" | "id" | "place" | "date";
const PLACEHOLDERS: Readonly<Record<KnownKind, string>> = {
  person: "[NAME_REMOVED]",
  id: "[ID_REMOVED]",
  place: "[PLACE_REMOVED]",
  date: "[DATE_REMOVED]",
};

/** Grows while the files of a study are read; each new value makes the search anew. */
export class KnownValues {
  readonly #seen = new Set<string>();
  readonly #values = new Map<string, KnownKind>();
  #search: { readonly kind: KnownKind; readonly form: RegExp }[] | undefined;
  #generation = 0;

  /** Changes whenever a value was added: what was cleaned before may not be clean any more. */
  get generation(): number {
    return this.#generation;
  }

  /** @param raw a value as it stands, `\` between several */
  add(kind: KnownKind, raw: string): void {
    const key = `${kind}\0${raw}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const value of raw.split("\\"))
      for (const part of partsOf(kind, value.trim())) this.#addPart(kind, part);
  }

  #addPart(kind: KnownKind, part: string): void {
    const key = part.toUpperCase();
    if (this.#values.has(key) || this.#values.size >= MOST_VALUES) return;
    this.#values.set(key, kind);
    this.#search = undefined;
    this.#generation += 1;
  }

  /** Replaces each of the values by `[NAME_REMOVED]` and its like. */
  without(text: string): string {
    if (this.#values.size === 0 || text === "") return text;
    this.#search ??= this.#makeSearch();
    let clean = text;
    for (const { kind, form } of this.#search) clean = clean.replace(form, PLACEHOLDERS[kind]);
    return clean;
  }

  /** Whether one of the longer values is in it; short ones are too common in codes: NO, YES, MR. */
  isIn(text: string): boolean {
    const upper = text.toUpperCase();
    for (const value of this.#values.keys()) {
      if (value.length >= SHORTEST_INSIDE && upper.includes(value)) return true;
    }
    return false;
  }

  #makeSearch() {
    const kinds: KnownKind[] = ["place", "person", "id", "date"];
    return kinds.flatMap((kind) => {
      const values = [...this.#values].filter(([, one]) => one === kind).map(([value]) => value);
      if (values.length === 0) return [];
      const long = values.filter((value) => value.length >= SHORTEST_INSIDE);
      const short = values.filter((value) => value.length < SHORTEST_INSIDE);
      const edge = kind === "person" ? "\\p{L}" : "\\p{L}\\p{N}";
      const whole = short.map((value) => `(?<![${edge}])${formOf(value)}(?![${edge}])`);
      const all = [...long.sort((a, b) => b.length - a.length).map(formOf), ...whole];
      return [{ kind, form: new RegExp(all.join("|"), "giu") }];
    });
  }
}

/** The words of a name one by one and run together, a date in the forms people write, all else as it stands. */
function partsOf(kind: KnownKind, value: string): string[] {
  if (kind === "date") return dateForms(value);
  if (kind !== "person") return value.length >= SHORTEST_ID ? [value] : [];
  const words = value.split(/[\s^=,.;'"()]+/u).filter((word) => /^[\p{L}\p{N}-]{2,}$/u.test(word));
  const pieces = words.flatMap((word) => (word.includes("-") ? [word, ...word.split("-")] : [word]));
  const pairs = words.slice(0, 2).length === 2 ? [`${words[0]}${words[1]}`, `${words[1]}${words[0]}`] : [];
  return [...pieces, ...pairs].filter((word) => word.length >= 2 && /\p{L}/u.test(word));
}

function dateForms(value: string): string[] {
  const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})/.exec(value) ?? [];
  if (year === undefined || month === undefined || day === undefined) return [];
  const [m, d] = [String(Number(month)), String(Number(day))];
  const separated = ["-", "/", ".", " "].flatMap((sign) => [
    [year, month, day].join(sign),
    [day, month, year].join(sign),
    [month, day, year].join(sign),
    [m, d, year].join(sign),
    [d, m, year].join(sign),
    [day, month, year.slice(2)].join(sign),
    [month, day, year.slice(2)].join(sign),
  ]);
  return [`${year}${month}${day}`, `${day}${month}${year}`, `${month}${day}${year}`, ...separated];
}

/** As an expression that also finds the word without its accents, and spaces, hyphens and underscores for each other. */
function formOf(value: string): string {
  return [...value]
    .map((letter) => {
      if (/[\s_-]/.test(letter)) return "[\\s_\\-^]?";
      const escaped = letter.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      const base = letter.normalize("NFD").replace(/\p{M}/gu, "");
      const other = [base === letter ? undefined : base, LETTERS[letter]].filter((one) => one !== undefined);
      return other.length === 0 ? escaped : `(?:${[escaped, ...other].join("|")})`;
    })
    .join("");
}
