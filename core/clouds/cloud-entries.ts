// The plugin entries that have a cloud behind them, each with the scope its functions are called with.
import type { OutboundProcessPlugin } from "@thalamus/sdk";
import type { LoadedPlugin, PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";

export interface CloudEntry {
  /** Name of the entry; its steps are addressed to it. */
  readonly name: string;
  readonly plugin: OutboundProcessPlugin;
  readonly settings: never;
  readonly scope: never;
}

/** Read when it is needed: a plugin that did not start is gone by then. */
export function cloudEntries(registry: PluginRegistry, services: readonly Service[]): CloudEntry[] {
  return registry.ofKind("process").flatMap((loaded: LoadedPlugin) => {
    const { name, plugin, settings } = loaded;
    if (plugin.kind !== "process" || plugin.takes !== "deidentified") return [];
    const scope = openScope(name, plugin.needs, settings, services);
    return [{ name, plugin, settings: settings as never, scope: scope as never }];
  });
}
