// Media types as HTTP writes them: with parameters, in lists, with wildcards and weights (RFC 9110 5.6.6, 12.5.1).

export interface MediaType {
  /** Lower case: `multipart/related`. */
  readonly type: string;
  /** By lower-case names; values without their quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longer header values are not read. */
const LONGEST = 4096;
const MOST_TYPES = 32;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const TYPE = new RegExp(`^\\s*(${TOKEN}/${TOKEN})\\s*`);
const PARAMETER = new RegExp(`^;\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;,"]*))\\s*`);

/** @returns undefined when it is none */
export function parseMediaType(text: string): MediaType | undefined {
  const found = text.length > LONGEST ? undefined : readOne(text);
  return found?.rest === "" ? found.type : undefined;
}

/**
 * The types of an Accept header, best first; those of weight 0 are left out.
 * @returns undefined when the header cannot be read
 */
export function parseAccept(text: string): MediaType[] | undefined {
  if (text.length > LONGEST) return undefined;
  const types: MediaType[] = [];
  let rest = text;
  while (rest.trim() !== "") {
    const found = readOne(rest);
    if (!found || types.length >= MOST_TYPES) return undefined;
    types.push(found.type);
    if (found.rest !== "" && !found.rest.startsWith(",")) return undefined;
    rest = found.rest.slice(1);
  }
  return types
    .filter((type) => weight(type) > 0)
    .map((type, index) => ({ type, index }))
    .sort((a, b) => weight(b.type) - weight(a.type) || a.index - b.index)
    .map(({ type }) => type);
}

/** Whether `wanted`, which may have wildcards, covers a type. */
export function covers({ type }: MediaType, offered: string): boolean {
  return type === "*/*" || type === offered || (type.endsWith("/*") && offered.startsWith(type.slice(0, -1)));
}

function weight({ parameters }: MediaType): number {
  const q = Number(parameters.get("q") ?? 1);
  return Number.isFinite(q) ? Math.min(1, Math.max(0, q)) : 0;
}

function readOne(text: string): { readonly type: MediaType; readonly rest: string } | undefined {
  const head = TYPE.exec(text);
  if (!head) return undefined;
  let rest = text.slice(head[0].length);
  const parameters = new Map<string, string>();
  for (let match = PARAMETER.exec(rest); match; match = PARAMETER.exec(rest)) {
    const [whole, name = "", quoted, bare = ""] = match;
    parameters.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, "$1"));
    rest = rest.slice(whole.length);
  }
  return { type: { type: head[1]!.toLowerCase(), parameters }, rest };
}
