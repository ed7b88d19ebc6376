// Starts the plugins that serve on the hub's own HTTP server; they run before it listens.
import type { Closing } from "../closing.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import { WebMounts } from "./web-mounts.ts";

export async function startWebPlugins(
  registry: PluginRegistry,
  services: readonly Service[],
  closing: Closing,
): Promise<WebMounts> {
  const mounts = new WebMounts();
  closing.add(() => mounts.stop());
  for (const { name, plugin, settings, optional } of registry.ofKind("web")) {
    try {
      const service = await plugin.start(openScope(name, plugin.needs, settings, services) as never);
      try {
        mounts.add(name, service);
      } catch (error) {
        await service.stop();
        throw error;
      }
    } catch (error) {
      if (!optional) throw error;
      registry.disable(name, (error as Error).message);
    }
  }
  return mounts;
}
