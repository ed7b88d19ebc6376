// Sections of the settings in the language of the screens: titles and help are English where they are declared.
import { language, say, sayOf } from "@thalamus/sdk/ui";
import type { FormAction, FormSchema } from "@thalamus/sdk/ui/settings";
import type { GetSettingsAnswer, ListSettingsPluginsAnswer } from "../api.gen.ts";

type Section = GetSettingsAnswer["sections"][number];
type PluginForm = ListSettingsPluginsAnswer["data"][number];
type Say = (text: string) => string;

/** By what the hub sent, since a form begins anew with another schema. */
const known = new WeakMap<object, { readonly language: string; readonly said: object }>();

function once<T extends object>(given: T, say: (given: T) => T): T {
  const now = language.now();
  // as declared
  if (now === "en") return given;
  const before = known.get(given);
  if (before?.language === now) return before.said as T;
  const said = say(given);
  known.set(given, { language: now, said });
  return said;
}

export const saidSection = (section: Section): Section =>
  once(section, ({ title, summary, group, schema, actions, entry, ...rest }) => {
    const sayIt = sayFor(entry ?? "");
    return {
      ...{ ...rest, entry, title: titleOf(title, sayIt), summary: sayIt(summary), group: say(group) },
      schema: saidSchema(schema as FormSchema, sayIt),
      actions: actions.map((action) => saidAction(action, sayIt)),
    };
  });

export const saidPlugin = (plugin: PluginForm): PluginForm =>
  once(plugin, ({ title, summary, schema, use, ...rest }) => {
    const sayIt = sayFor(use);
    return {
      ...{ ...rest, use, title: sayIt(title), summary: sayIt(summary) },
      schema: saidSchema(schema as FormSchema, sayIt),
    };
  });

/** A plugin may bring texts of its own; those of the hub's plugins stand in the list of the console. */
const sayFor =
  (entry: string): Say =>
  (text) => {
    const own = sayOf(entry, text);
    return own === text ? say(text) : own;
  };

/** `pacs-pdf (DICOM Encapsulated PDF)`: the name of an entry stays. */
function titleOf(title: string, sayIt: Say): string {
  const [, name, words] = /^(\S+) \((.+)\)$/.exec(title) ?? [];
  return words === undefined ? sayIt(title) : `${name} (${sayIt(words)})`;
}

function saidAction<T extends Pick<FormAction, "label" | "confirm">>(action: T, sayIt: Say): T {
  const { label, confirm } = action;
  return { ...action, label: sayIt(label), ...(confirm === undefined ? {} : { confirm: sayIt(confirm) }) };
}

function saidSchema(schema: FormSchema, sayIt: Say): FormSchema {
  const { title, description, properties, items, allOf, then, else: otherwise } = schema;
  const hints = schema["x-ui"];
  const within = (one: FormSchema) => saidSchema(one, sayIt);
  return {
    ...schema,
    ...(title === undefined ? {} : { title: sayIt(title) }),
    ...(description === undefined ? {} : { description: sayIt(description) }),
    ...(hints === undefined ? {} : { "x-ui": saidHints(hints, sayIt) }),
    ...(properties && { properties: mapped(properties, within) }),
    ...(items && { items: within(items) }),
    ...(allOf && { allOf: allOf.map(within) }),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ...(then && { then: within(then) }),
    ...(otherwise && { else: within(otherwise) }),
  };
}

function saidHints(hints: NonNullable<FormSchema["x-ui"]>, sayIt: Say): NonNullable<FormSchema["x-ui"]> {
  const { enumTitles, addLabel, warnWhen, copies } = hints;
  return {
    ...hints,
    ...(enumTitles && { enumTitles: enumTitles.map(sayIt) }),
    ...(addLabel === undefined ? {} : { addLabel: sayIt(addLabel) }),
    ...(warnWhen && { warnWhen: warnWhen.map((one) => ({ ...one, message: sayIt(one.message) })) }),
    ...(copies && { copies: copies.map((one) => ({ ...one, label: sayIt(one.label) })) }),
  };
}

const mapped = (
  properties: Readonly<Record<string, FormSchema>>,
  within: (one: FormSchema) => FormSchema,
): Readonly<Record<string, FormSchema>> =>
  Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, within(one)]));
