// Values of a settings form by path: reading, changing, and what a form leaves out.

/** Keys and indexes from the section's value down. */
export type FieldPath = readonly (string | number)[];
export type FormObject = Readonly<Record<string, unknown>>;

/** A secret that is stored; the hub shows no more of it. */
export interface StoredSecret {
  readonly $secret: string;
  readonly setAt?: string;
}

export const isObject = (value: unknown): value is FormObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isStored = (value: unknown): value is StoredSecret => isObject(value) && "$secret" in value;

/** As the hub names fields: `headers.0.name` */
export const nameOf = (path: FieldPath): string => path.join(".");

export function valueAt(root: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isObject(value) ? value[key] : undefined;
  }, root);
}

/** A copy with another value at a path; everything beside the path keeps its identity. */
export function changedAt(root: unknown, path: FieldPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    return root.map((one, index) => (index === Number(key) ? changedAt(one, rest, value) : one));
  }
  const own = isObject(root) ? root : {};
  const inner = changedAt(own[key], rest, value);
  if (inner !== undefined) return { ...own, [key]: inner };
  const { [String(key)]: _, ...others } = own;
  return others;
}

/** Nothing a person typed: it is left out, and so never in the way of a save. */
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => sameValue(one, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameValue(a[key], b[key]));
}

/** A copy of an entry of a list: secrets do not go with it, so that nobody gives them away unseen. */
export function withoutSecrets(value: unknown): unknown {
  if (isStored(value)) return undefined;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withoutSecrets(one)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}
