// The listeners of intake plugins: started last, so that nothing arrives before it can be worked on.
import type { Listener } from "@thalamus/sdk";
import type { Closing } from "../closing.ts";
import type { ListenerSight } from "../http/routes/system-routes.ts";
import type { PluginRegistry } from "./plugin-registry.ts";
import { openScope, type Service } from "./plugin-scope.ts";

/** @returns by the names of their entries */
export async function startListeners(
  registry: PluginRegistry,
  services: readonly Service[],
  closing: Closing,
): Promise<Map<string, Listener>> {
  const listeners = new Map<string, Listener>();
  for (const { name, plugin, settings, optional } of registry.ofKind("intake")) {
    try {
      const listener = await plugin.start(openScope(name, plugin.needs, settings, services) as never);
      listeners.set(name, listener);
      closing.add(() => listener.stop());
    } catch (error) {
      if (!optional) throw error;
      registry.disable(name, (error as Error).message);
    }
  }
  return listeners;
}

/** As the System page shows it. */
export function sightOf(name: string, listener: Listener): ListenerSight {
  const health = listener.health?.();
  const certificate = listener.certificate?.();
  return {
    name,
    ...listener.address,
    ...(health ? { health } : {}),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
