// Contract of every plugin's settings: the host can check them and people can read them.
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { expect, test } from "vitest";
import type { SettingsSchema } from "../../settings.ts";

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/** Checks values the way the host does; defaults are filled in, in place. */
export function settingsCheck(schema: SettingsSchema) {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: true });
  addFormats(ajv);
  ajv.addKeyword("x-ui");
  const check = ajv.compile(schema);
  return { fits: (value: unknown): boolean => check(value), problems: () => ajv.errorsText(check.errors) };
}

/** A setting and what is declared of it. */
interface Field {
  readonly path: string;
  readonly schema: DeclaredSchema;
}

interface DeclaredSchema {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, DeclaredSchema>>;
  readonly items?: DeclaredSchema;
  readonly additionalProperties?: unknown;
}

/** @param settings of the fixtures: at least those without a default */
export function settingsContract(schema: SettingsSchema, settings: () => object): void {
  const declared = schema as DeclaredSchema;

  test("the schema of the settings compiles in ajv's strict mode, with x-ui as the only extra keyword", () => {
    expect(() => settingsCheck(schema)).not.toThrow();
  });

  test("settings that are left out get their defaults", () => {
    const filled = structuredClone(settings()) as Record<string, unknown>;
    const { fits, problems } = settingsCheck(schema);
    expect(fits(filled), problems()).toBe(true);
    for (const [name, { default: wanted }] of Object.entries(declared.properties ?? {})) {
      if (wanted !== undefined && !(name in settings())) expect(filled[name], name).toEqual(wanted);
    }
  });

  test("a setting the plugin does not know is refused, at every level", () => {
    expect(settingsCheck(schema).fits({ ...settings(), "no-such-setting": 1 })).toBe(false);
    const objects = [{ path: "settings", schema: declared }, ...fieldsIn({ path: "", schema: declared })]
      .map(({ path, schema: { items, ...own } }) => ({ path, schema: items ?? own }))
      .filter((one) => one.schema.properties !== undefined);
    const open = objects.filter((one) => one.schema.additionalProperties !== false);
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  test("every setting has a title and a description", () => {
    const bare = fieldsIn({ path: "", schema: declared }).filter(
      ({ schema: { title = "", description = "" } }) => title.trim() === "" || description.trim() === "",
    );
    expect(bare.map(({ path }) => path)).toEqual([]);
  });
}

/** All settings, those of nested objects and of the entries of lists too. */
function fieldsIn({ path, schema: { properties, items } }: Field): Field[] {
  const own = Object.entries(properties ?? {}).map(([name, one]) => ({
    path: path === "" ? name : `${path}.${name}`,
    schema: one,
  }));
  const ofEntries = items ? fieldsIn({ path: `${path}[]`, schema: items }) : [];
  return [...own, ...own.flatMap(fieldsIn), ...ofEntries];
}
