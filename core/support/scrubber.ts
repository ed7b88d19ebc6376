// Takes out of texts what identifies a patient and what opens a door: by form, by name of the field, and by known values.

export interface KnownValues {
  /** Names, numbers and UIDs of patients and studies, as they stand in the database. */
  readonly patients: Iterable<string>;
  /** Passwords and tokens that the hub knows. */
  readonly secrets: Iterable<string>;
}

/** Shorter pieces of a value are words of the language, or numbers that stand for something else. */
const SHORTEST_PIECE = 4;
const SHORTEST_SECRET = 4;

const SECRET_FIELD =
  /pass(word|phrase|code)?$|secret|token|credential|authorization|cookie|api-?key|private-?key|^key$|^auth$/i;
/** A path or a fingerprint is none. */
const NO_SECRET_FIELD = /file|sha256|hash$|minutes$|seconds$|url$/i;

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]+-----[\s\S]*?(-----END [^-]+-----|$)/g, "[pem]"],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@"]+@/gi, "$1[secret]@"],
  [/\b(Bearer|Basic|Digest)\s+[\w.~+/=-]{4,}/gi, "$1 [secret]"],
  [/\bth(?:al|k)_[\w-]+/g, "[secret]"],
  [/\beyJ[\w-]+\.[\w-]*\.?[\w-]*/g, "[secret]"],
  [/([?&;](?:[\w-]*(?:token|secret|password|key|signature|sig|code)[\w-]*)=)[^&\s"]+/gi, "$1[secret]"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "[e-mail]"],
  [/[\p{L}\p{N}'.-]+(?:\^[\p{L}\p{N}'. -]*)+/gu, "[name]"],
  [/(?<![\d.])(?!1\.2\.840\.10008\.)[0-2](?:\.\d+){5,}\b/g, "[uid]"],
  [/\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b/g, "[date]"],
  [/\b(?:18|19|20)\d{2}-\d{2}-\d{2}(?![\dT])\b/g, "[date]"],
];

const PIECE = /[\p{L}\p{N}][\p{L}\p{N}_'-]*/gu;

export class Scrubber {
  readonly #pieces = new Set<string>();
  readonly #secrets: readonly string[];

  constructor({ patients, secrets }: KnownValues) {
    for (const value of patients) for (const piece of piecesOf(value)) this.#pieces.add(piece);
    // the longest first: one may be the beginning of another
    this.#secrets = [...new Set(secrets)]
      .filter(({ length }) => length >= SHORTEST_SECRET)
      .toSorted((one, other) => other.length - one.length);
  }

  text(text: string): string {
    const without = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
    const formed = FORMS.reduce((rest, [form, word]) => rest.replaceAll(form, word), without);
    if (this.#pieces.size === 0) return formed;
    return formed.replaceAll(PIECE, (piece) => (this.#isPatients(piece) ? "[patient]" : piece));
  }

  /** @param name of the field that holds it */
  value(value: unknown, name = ""): unknown {
    if (typeof value === "string") return isSecretField(name) ? "[secret]" : this.text(value);
    if (typeof value === "number") return this.#pieces.has(String(value)) ? "[patient]" : value;
    if (Array.isArray(value)) return value.map((one) => this.value(one, name));
    if (value instanceof Date) return value.toISOString();
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, one]) => [this.text(key), this.value(one, key)]);
    return Object.fromEntries(entries);
  }

  #isPatients(piece: string): boolean {
    const lower = piece.toLowerCase();
    return this.#pieces.has(lower) || lower.split(/[_'-]/).some((part) => this.#pieces.has(part));
  }
}

export const isSecretField = (name: string): boolean =>
  SECRET_FIELD.test(name) && !NO_SECRET_FIELD.test(name);

function piecesOf(value: string): string[] {
  const whole = value.trim().toLowerCase();
  const pieces = [...whole.matchAll(PIECE)].flatMap(([piece]) => [piece, ...piece.split(/[_'-]/)]);
  return [...new Set([whole, ...pieces])].filter(({ length }) => length >= SHORTEST_PIECE);
}
