// The destinations of this hub, and the "Test" buttons of all that sends, which work on settings that nobody has saved yet.
import type { ProbeReport } from "@thalamus/sdk";
import type { LoadedPlugin, PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import { filledSettings } from "../plugins/plugin-settings.ts";

export interface DestinationParts {
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
}

export interface DestinationSight {
  readonly name: string;
  readonly plugin: string;
  readonly title: string;
}

type Probed = LoadedPlugin<
  Extract<LoadedPlugin["plugin"], { kind: "deliver" | "watch" | "process" }>
>["plugin"];

/** A person waits for it. */
const LONGEST_PROBE_MS = 30_000;

export class Destinations {
  readonly #parts: DestinationParts;

  constructor(parts: DestinationParts) {
    this.#parts = parts;
  }

  all(): DestinationSight[] {
    return this.#entries().map(({ name, plugin }) => ({ name, plugin: plugin.name, title: plugin.title }));
  }

  has(name: string): boolean {
    return this.#entries().some((entry) => entry.name === name);
  }

  /**
   * Tries a destination, or one of notifications, or a cloud, without sending anything.
   * @param unsaved settings instead of those of the entry
   * @returns undefined when there is no such destination
   * @throws SettingsProblem when the settings do not fit the plugin
   */
  async test(name: string, unsaved: unknown): Promise<ProbeReport | undefined> {
    const { registry } = this.#parts;
    const others = [...registry.ofKind("watch"), ...registry.ofKind("process")];
    const entry = [...this.#entries(), ...others].find((one) => one.name === name);
    if (!entry?.plugin.probe) return undefined;
    const plugin: Probed = entry.plugin;
    const settings = unsaved === undefined ? entry.settings : filledSettings(plugin.settings, unsaved);
    const scope = openScope(name, plugin.needs, settings, this.#parts.services);
    const signal = AbortSignal.timeout(LONGEST_PROBE_MS);
    try {
      return await plugin.probe?.(scope as never, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      const seconds = LONGEST_PROBE_MS / 1000;
      return { ok: false, message: `The destination gave no answer within ${seconds} seconds.` };
    }
  }

  #entries(): LoadedPlugin<Extract<LoadedPlugin["plugin"], { kind: "deliver" }>>[] {
    return this.#parts.registry.ofKind("deliver");
  }
}
