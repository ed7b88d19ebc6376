// The hub's own sections: parts of the configuration's schema, with the words and hints of their forms.
import { HubConfigSchema } from "../config/hub-config.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import { CORE_FIELDS } from "./core-fields.ts";
import { type FormHints, type FormSchema, formSchema } from "./form-schema.ts";
import type { JsonObject } from "./json-values.ts";
import type { SectionContribution, SectionSource } from "./sections.ts";
import { sharedPart } from "./shared-part.ts";

type Own = Omit<SectionContribution, "schema" | "kind" | "id"> & { readonly part: string };

const HUB_SECTIONS: readonly Own[] = [
  {
    ...{ part: "receiving", path: ["intake"], group: "Receiving", applies: "now" },
    ...{ title: "Studies", summary: "When a study is complete, and how much of the disk stays free." },
  },
  {
    ...{ part: "uploads", path: ["uploads"], group: "Receiving", applies: "now" },
    ...{ title: "Uploads", summary: "Limits of files that people and programs send over HTTP." },
  },
  {
    ...{ part: "route", path: ["route"], group: "Processing", applies: "now" },
    fields: ["check", "deidentify", "process", "productTag"],
    ...{ title: "Route and products", summary: "What a study passes, and the products it is run through." },
  },
  {
    ...{ part: "attempts", path: ["steps"], group: "Processing", applies: "now" },
    ...{ title: "Attempts", summary: "How often a step is tried, and how long the hub waits in between." },
  },
  {
    ...{ part: "delivery", path: ["route"], fields: ["deliver", "deliverFailures"], group: "Delivery" },
    ...{ title: "Where reports go", summary: "Up to five destinations, and those of failure reports." },
    applies: "now",
  },
  {
    ...{ part: "access", path: ["access"], group: "Access", applies: "now" },
    title: "Single sign-on",
    summary:
      "How people sign in. Sessions by single sign-on end when these settings change. Try a sign-in before you save.",
  },
  {
    ...{ part: "hsts", path: ["http"], fields: ["hstsDays"], group: "Access", applies: "now" },
    ...{ title: "Strict HTTPS", summary: "Whether browsers insist on HTTPS with this hub." },
  },
  {
    ...{ part: "alerts", path: ["alerts"], group: "Notifications", applies: "now" },
    ...{ title: "Alerts of the machine", summary: "How full is too full, and for how long." },
  },
  {
    ...{ part: "name", path: [], fields: ["name"], group: "System", applies: "now" },
    ...{ title: "Name", summary: "How the hub calls itself." },
  },
  {
    ...{ part: "scheduler", path: ["upkeep"], fields: ["timeZone", "reconciliation"], group: "System" },
    ...{ title: "Scheduler", summary: "When work is done that comes again.", applies: "now" },
  },
  {
    ...{ part: "retention", path: ["upkeep", "retention"], group: "System", applies: "now" },
    ...{ title: "Data retention", summary: "How long studies, records and logs are kept." },
  },
  {
    ...{ part: "log", path: ["log"], group: "System", applies: "now" },
    ...{ title: "Log", summary: "What is written to the log." },
  },
  {
    ...{ part: "metrics", path: ["http", "metrics"], group: "System", applies: "now" },
    ...{ title: "Metrics", summary: "Who may read /metrics." },
  },
];

/** @param registry names of entries that a route can be made of */
export function coreSections(registry: PluginRegistry): SectionSource {
  const whole = formSchema(HubConfigSchema);
  return () => [...HUB_SECTIONS, ...unlisted(whole)].map((own) => contributionOf(own, whole, registry));
}

/** Parts of the configuration that have no words of their own here are sections all the same. */
function unlisted(whole: FormSchema): Own[] {
  const listed = new Set([
    "plugins",
    "http",
    ...HUB_SECTIONS.flatMap(({ path, fields }) => path[0] ?? fields ?? []),
  ]);
  const shared = Object.keys(sharedPart(whole.properties as JsonObject));
  return shared
    .filter((name) => !listed.has(name) && whole.properties?.[name]?.type === "object")
    .map((name) => {
      const begun = name.charAt(0).toUpperCase() + name.slice(1);
      const { title = begun, description = "" } = whole.properties?.[name] ?? {};
      return { part: name, path: [name], group: "System", title, summary: description, applies: "restart" };
    });
}

function contributionOf(
  { part, ...own }: Own,
  whole: FormSchema,
  registry: PluginRegistry,
): SectionContribution {
  const { default: _, ...schema } = own.path.reduce<FormSchema>(
    (one, name) => one.properties?.[String(name)] ?? {},
    whole,
  );
  const chosen = own.fields ? picked(schema, own.fields) : schema;
  return { ...own, id: `core.${part}`, kind: "core", schema: worded(chosen, own.path.join("."), registry) };
}

function picked(schema: FormSchema, fields: readonly string[]): FormSchema {
  const entries = fields.map((name) => [name, schema.properties?.[name] ?? {}] as const);
  return {
    ...schema,
    properties: Object.fromEntries(entries),
    required: (schema.required ?? []).filter((name) => fields.includes(name)),
  };
}

/** Puts titles and hints on a schema that was made for a file. */
function worded(schema: FormSchema, path: string, registry: PluginRegistry): FormSchema {
  const { properties, items } = schema;
  const words = CORE_FIELDS[path];
  const entries = words?.entriesOf && registry.ofKind(words.entriesOf).map(({ name }) => name);
  const hints: FormHints = { ...schema["x-ui"], ...words?.hints };
  const named = Object.entries(properties ?? {}).map(([name, one]) => {
    return [name, worded(one, path === "" ? name : `${path}.${name}`, registry)] as const;
  });
  return {
    ...schema,
    ...(words ? { title: words.title } : {}),
    ...(properties ? { properties: Object.fromEntries(named) } : {}),
    ...(items ? { items: worded(items, `${path}[]`, registry) } : {}),
    ...(Object.keys(hints).length > 0 ? { "x-ui": hints } : {}),
    ...(entries && schema.type === "string" ? { enum: entries } : {}),
  };
}
