// Each plugin entry is a section: its settings as the plugin declares them, and its buttons.
import type { ActionReport, Plugin, ProbeReport } from "@thalamus/sdk";
import { entryName, type PluginEntryConfig } from "../config/hub-config.ts";
import type { LoadedPlugin, PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import type { FormAction } from "./form-schema.ts";
import type { JsonObject } from "./json-values.ts";
import type { ActionAnswer, SectionContribution, SectionSource } from "./sections.ts";

const GROUPS: Readonly<Record<Plugin["kind"], string>> = {
  intake: "Receiving",
  check: "Quality control",
  transform: "Privacy",
  process: "Processing",
  deliver: "Delivery",
  watch: "Notifications",
  web: "Web",
};
const TESTS: Partial<Record<Plugin["kind"], string>> = {
  deliver: "Test delivery",
  watch: "Test notification",
  process: "Test connection",
};
const TEST = "test";

export const entriesOf = (document: JsonObject): readonly PluginEntryConfig[] =>
  (document["plugins"] ?? []) as readonly PluginEntryConfig[];

export function entrySections(registry: PluginRegistry, services: () => readonly Service[]): SectionSource {
  return (document) =>
    entriesOf(document).map((entry, index) => {
      const name = entryName(entry);
      const loaded = registry.get(name) ?? registry.failed(name);
      const place = { id: `entry.${name}`, entry: name, path: ["plugins", index, "settings"] };
      if (!loaded) {
        const problem = registry.reports().find((one) => one.name === name)?.problem ?? "It is not loaded.";
        const words = { title: name, summary: "This plugin does not run.", group: "System" };
        return { ...place, ...words, kind: "unknown", schema: {}, applies: "restart", problem };
      }
      return contributionOf(loaded, place, services);
    });
}

function contributionOf(
  loaded: LoadedPlugin,
  place: Pick<SectionContribution, "id" | "path"> & { readonly entry: string },
  services: () => readonly Service[],
): SectionContribution {
  const { plugin } = loaded;
  const title = place.entry === plugin.name ? plugin.title : `${place.entry} (${plugin.title})`;
  return {
    ...place,
    ...{
      title,
      summary: plugin.summary,
      group: GROUPS[plugin.kind],
      kind: plugin.kind,
      schema: plugin.settings,
    },
    applies: plugin.kind === "web" ? "restart" : "now",
    actions: actionsOf(plugin),
    act: (action, settings, signal, item) => {
      const scope = openScope(place.entry, plugin.needs, settings, services()) as never;
      return run(plugin, action, scope, signal, item);
    },
  };
}

/** A process plugin may have no test. */
const canProbe = (plugin: Plugin): boolean => "probe" in plugin && typeof plugin.probe === "function";

function actionsOf(plugin: Plugin): FormAction[] {
  const test = canProbe(plugin) ? TESTS[plugin.kind] : undefined;
  const own = (plugin.actions ?? []).map(({ id, label, confirm, at }) => {
    return { id, label, ...(confirm === undefined ? {} : { confirm }), ...(at === undefined ? {} : { at }) };
  });
  return [...(test === undefined ? [] : [{ id: TEST, label: test }]), ...own];
}

async function run(
  plugin: Plugin,
  id: string,
  scope: never,
  signal: AbortSignal,
  item?: string,
): Promise<ActionAnswer> {
  if (id === TEST && "probe" in plugin && plugin.probe !== undefined)
    return probed(await plugin.probe(scope, signal));
  const action = plugin.actions?.find((one) => one.id === id);
  if (!action) throw new RangeError(`no action ${id}`);
  const report: ActionReport = await action.run(scope, signal, item);
  return report;
}

const probed = ({ ok, message, stages = [] }: ProbeReport): ActionAnswer => ({
  ok,
  message,
  details: stages.map((stage) => `${stage.ok ? "✓" : "✗"} ${stage.stage}: ${stage.message}`),
});
