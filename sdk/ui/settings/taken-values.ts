// What a button's answer would change in a form, and the form's value with it.
import type { FormSchema } from "../../form-schema.ts";
import { labelOf } from "./field-props.ts";
import { type FormObject, isEmpty, isObject, isStored, sameValue } from "./form-value.ts";

export interface FieldDifference {
  /** Titles of the fields on the way: `SAML 2.0 · Sign-in address` */
  readonly label: string;
  readonly before: unknown;
  readonly after: unknown;
}

const isBranch = (value: unknown): value is FormObject => isObject(value) && !isStored(value);

/** Fields that are not named stay as they are. */
export function differencesOf(
  schema: FormSchema,
  value: unknown,
  values: FormObject,
  before: readonly string[] = [],
): FieldDifference[] {
  const own = isBranch(value) ? value : {};
  return Object.entries(values).flatMap(([name, after]) => {
    const field = schema.properties?.[name] ?? {};
    const path = [...before, labelOf(name, field)];
    if (isBranch(after)) return differencesOf(field, own[name], after, path);
    const is = own[name];
    if (sameValue(is, after) || (isEmpty(is) && isEmpty(after))) return [];
    return [{ label: path.join(" · "), before: is, after }];
  });
}

/** What is empty is taken away. */
export function withTaken(value: FormObject, values: FormObject): FormObject {
  const taken = Object.entries(values).map(([name, after]) => {
    const is = value[name];
    return [name, isBranch(after) ? withTaken(isBranch(is) ? is : {}, after) : after] as const;
  });
  const all = { ...value, ...Object.fromEntries(taken) };
  return Object.fromEntries(Object.entries(all).filter(([, one]) => one !== undefined && one !== ""));
}
