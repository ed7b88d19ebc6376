// Plain JSON values of settings: reading and writing by path, and which fields differ.
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

export type JsonObject = Readonly<Record<string, unknown>>;
export type JsonPath = readonly (string | number)[];

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function valueAt(root: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, root);
}

/** A copy of `root` with another value at `path`; `undefined` takes it away. */
export function withValueAt(root: unknown, path: JsonPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    return root.map((one, index) => (index === Number(key) ? withValueAt(one, rest, value) : one));
  }
  const own = isObject(root) ? root : {};
  const inner = withValueAt(own[key], rest, value);
  const { [String(key)]: _, ...others } = own;
  // the place among its neighbours stays, for whoever reads an export
  if (inner !== undefined && Object.hasOwn(own, key)) return { ...own, [key]: inner };
  return inner === undefined ? others : { ...others, [key]: inner };
}

/** One field that differs between two values. */
export interface FieldChange {
  /** `tls.profile`; `(all)` where the values themselves are no objects. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** A list counts as one field, since its entries have no names. */
export function fieldChanges(before: unknown, after: unknown, prefix = ""): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  // what is not there has no fields
  if (before === undefined && isBranch(after)) return fieldChanges({}, after, prefix);
  if (after === undefined && isBranch(before)) return fieldChanges(before, {}, prefix);
  if (!isBranch(before) || !isBranch(after)) {
    return [{ field: prefix === "" ? "(all)" : prefix, before, after }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) =>
    fieldChanges(before[key], after[key], prefix === "" ? key : `${prefix}.${key}`),
  );
}

const isBranch = (value: unknown): value is JsonObject => isObject(value) && !isMarked(value);

/** Secrets are one value, however they are kept. */
const isMarked = (value: unknown): boolean => isObject(value) && ("$sealed" in value || "$secret" in value);

/**
 * Writes only what differs between `shown` and `wanted` into `written`: what was left to its default stays so.
 * @param shown what a person began with: `written` with its defaults
 */
export function writtenAs(written: unknown, shown: unknown, wanted: unknown): unknown {
  if (isDeepStrictEqual(shown, wanted)) return written;
  if (isMarked(shown) || isMarked(wanted) || !isObject(shown) || !isObject(wanted)) return wanted;
  const own = isObject(written) ? written : {};
  const keys = [...new Set([...Object.keys(own), ...Object.keys(wanted)])];
  const entries = keys.flatMap((key): [string, unknown][] => {
    if (!Object.hasOwn(wanted, key)) return [];
    const value = writtenAs(own[key], shown[key], wanted[key]);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

/** SHA-256 in hex digits; the order of keys does not matter. */
export function hashOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
