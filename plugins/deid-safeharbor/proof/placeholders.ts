// What the first pass writes where text was taken out: a find inside of it is no value of anybody called Text or Place.

const PLACEHOLDERS: ReadonlySet<string> = new Set(
  "TEXT NAME ID PLACE DATE URL EMAIL IP_ADDRESS SSN MRN ACCOUNT PHONE"
    .split(" ")
    .map((word) => `[${word}_REMOVED]`),
);
/** Bytes of the longest one. */
export const LONGEST_PLACEHOLDER = Math.max(...[...PLACEHOLDERS].map(({ length }) => length));

const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * @param at where the find begins in `bytes`, `end` where it ends
 * @param from begin of the value it stands in, `to` its end
 */
export function isInPlaceholder(
  bytes: Uint8Array,
  at: number,
  end: number,
  from: number,
  to: number,
): boolean {
  let open = at;
  while (open > from && bytes[open] !== OPEN && end - open < LONGEST_PLACEHOLDER) open -= 1;
  let close = end;
  while (close < to && bytes[close] !== CLOSE && close - open < LONGEST_PLACEHOLDER) close += 1;
  if (open < 0) return false;
  return PLACEHOLDERS.has(Buffer.from(bytes.subarray(open, close + 1)).toString("latin1"));
}
