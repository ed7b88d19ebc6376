// What a settings form is made of: a subset of JSON Schema 2020-12, and hints under `x-ui`.

/** A hint of a form; see docs/plugin-guide.md. */
export interface FormHints {
  /** `secret`, `pem`, `textarea`, `template`, `cron`, `chips`, `multiselect`, `radio`, `aeTitle`, `tagPath`, `json` */
  readonly widget?: string;
  /** Half of the width, beside another one. */
  readonly half?: boolean;
  /** Field of a list's entries that is their heading. */
  readonly itemTitle?: string;
  readonly addLabel?: string;
  /** Words for the values of an enumeration, in their order. */
  readonly enumTitles?: readonly string[];
  /** What a template may name. */
  readonly placeholders?: readonly string[];
  /** A secret of several lines. */
  readonly multiline?: boolean;
  /** Warnings while the object that holds the field is so. */
  readonly warnWhen?: readonly { readonly if: FormSchema; readonly message: string }[];
  /** Shown only while the object that holds the field is so; else its value is left out of what is saved. */
  readonly showWhen?: FormSchema;
  /** When a change takes effect; at once if left out. */
  readonly applies?: "now" | "nextStudy" | "restart";
  readonly suggestions?: readonly string[];
  /** Addresses that begin with the value, to be copied to another system. */
  readonly copies?: readonly { readonly label: string; readonly suffix: string }[];
  /** Permission that who sees and changes it needs, beside those for settings: on the settings as a whole, or on a field. */
  readonly visibleTo?: string;
}

export interface FormAction {
  readonly id: string;
  readonly label: string;
  /** Asked before it is done. */
  readonly confirm?: string;
  /** Opens a window at once, in which it goes on. */
  readonly opensWindow?: boolean;
  /** Where its button stands: `saml.metadataUrl` beside that field, `allowedCallers[]` in each entry of that list. */
  readonly at?: string;
}

/** JSON Schema 2020-12, as far as a form can show it. */
export interface FormSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, FormSchema>>;
  readonly patternProperties?: Readonly<Record<string, FormSchema>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly items?: FormSchema;
  readonly anyOf?: readonly FormSchema[];
  readonly allOf?: readonly FormSchema[];
  readonly if?: FormSchema;
  readonly then?: FormSchema;
  readonly else?: FormSchema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly "x-ui"?: FormHints;
  readonly [keyword: string]: unknown;
}
