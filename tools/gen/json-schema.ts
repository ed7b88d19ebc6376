// The part of JSON Schema that settings are written in, as the generators read it.

export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly object[];
  readonly oneOf?: readonly object[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** How the settings page shows it. */
  readonly "x-ui"?: { readonly widget?: string };
  readonly additionalProperties?: boolean | JsonSchema;
}

/** A plain copy, without what TypeBox keeps beside the schema. */
export const plainSchema = (schema: object): JsonSchema => JSON.parse(JSON.stringify(schema)) as JsonSchema;
