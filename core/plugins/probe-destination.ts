// The test button: runs the probe of a configured delivery or notification.
import type { ProbeReport } from "@thalamus/sdk";
import type { PluginRegistry } from "./plugin-registry.ts";
import { openScope, type Service } from "./plugin-scope.ts";

export async function probeDestination(
  registry: PluginRegistry,
  services: readonly Service[],
  name: string,
  signal: AbortSignal,
): Promise<ProbeReport | "no-destination"> {
  const loaded = [...registry.ofKind("deliver"), ...registry.ofKind("watch")].find(
    (one) => one.name === name,
  );
  if (!loaded) return "no-destination";
  const scope = openScope(name, loaded.plugin.needs, loaded.settings, services) as never;
  return loaded.plugin.probe(scope, signal);
}
