// What the hub says and screens show in another language: settings, permissions, roles and events, as they are declared.
import type { FormAction, FormSchema } from "@thalamus/sdk";
import { NOTICE_EVENTS } from "@thalamus/sdk";
import { ALL_PERMISSIONS, areaOf, PERMISSIONS, ROLES } from "../../core/access/permissions.ts";
import type { PluginRegistry } from "../../core/plugins/plugin-registry.ts";
import { coreSections } from "../../core/settings/core-sections.ts";
import { formSchema } from "../../core/settings/form-schema.ts";
import { SECTION_GROUPS } from "../../core/settings/sections.ts";
import type { OwnPlugin } from "./own-plugins.ts";

/** Names of entries are no texts. */
const NO_ENTRIES = { ofKind: () => [] } as unknown as PluginRegistry;

export function hubTexts(plugins: readonly OwnPlugin[]): string[] {
  const sections = coreSections(NO_ENTRIES)({});
  const texts = [
    ...SECTION_GROUPS,
    ...sections.flatMap(({ title, summary, schema }) => [title, summary, ...textsIn(formSchema(schema))]),
    ...plugins.flatMap(({ plugin: { title, summary, settings, actions = [] } }) => [
      ...[title, summary, ...textsIn(formSchema(settings))],
      ...actions.flatMap(({ label, confirm }: FormAction) => [label, confirm]),
    ]),
    ...Object.values(PERMISSIONS),
    ...ALL_PERMISSIONS.map(areaOf),
    ...Object.values(ROLES).map(({ title }) => title),
    ...Object.values(NOTICE_EVENTS),
  ];
  return [...new Set(texts.filter((text) => text !== undefined && text !== ""))] as string[];
}

function textsIn(schema: FormSchema): (string | undefined)[] {
  const { title, description, properties = {}, items, allOf = [], then, else: otherwise } = schema;
  const { enumTitles = [], addLabel, warnWhen = [], copies = [] } = schema["x-ui"] ?? {};
  const inner = [...Object.values(properties), items, ...allOf, then, otherwise].filter(
    (one) => one !== undefined,
  );
  return [
    ...[title, description, addLabel, ...enumTitles],
    ...warnWhen.map(({ message }) => message),
    ...copies.map(({ label }) => label),
    ...inner.flatMap(textsIn),
  ];
}
