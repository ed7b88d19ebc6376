// The listeners of intake plugins: started last, so that nothing arrives before it can be worked on.
import type { Listener } from "@thalamus/sdk";
import type { ListenerSight } from "../http/routes/system-routes.ts";
import type { EntryChanges } from "../settings/changed-entries.ts";
import type { PluginRegistry } from "./plugin-registry.ts";
import { openScope, type Service } from "./plugin-scope.ts";

type Start = () => Promise<Listener>;

export class RunningListeners {
  readonly #registry: PluginRegistry;
  readonly #services: readonly Service[];
  readonly #running = new Map<string, Listener>();
  readonly #starts = new Map<string, Start>();
  /** With settings of before; their associations go on to their end. */
  readonly #retiring = new Set<Listener>();

  constructor(registry: PluginRegistry, services: readonly Service[]) {
    this.#registry = registry;
    this.#services = services;
  }

  /** By the names of their entries. */
  get all(): ReadonlyMap<string, Listener> {
    return this.#running;
  }

  /** @throws Error when one does not start that is not optional */
  async start(): Promise<void> {
    for (const { name, optional } of this.#registry.ofKind("intake")) {
      try {
        await this.#startOne(name, this.#startOf(name));
      } catch (error) {
        if (!optional) throw error;
        this.#registry.disable(name, (error as Error).message);
      }
    }
  }

  /**
   * Lets entries listen with their new settings; nobody who sends is interrupted.
   * @returns why an entry listens as before, or not at all, by its name
   */
  async exchange({ changed, removed }: EntryChanges): Promise<Record<string, string>> {
    const problems: Record<string, string> = {};
    for (const name of removed) await this.#retire(name);
    for (const { name } of this.#registry.ofKind("intake")) {
      if (!changed.has(name)) continue;
      const before = this.#starts.get(name);
      await this.#retire(name);
      try {
        await this.#startOne(name, this.#startOf(name));
      } catch (error) {
        problems[name] = (error as Error).message;
        if (before) await this.#startOne(name, before).catch(() => undefined);
      }
    }
    return problems;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values(), ...this.#retiring].map((listener) => listener.stop()));
  }

  #startOf(name: string): Start {
    const { plugin, settings } = this.#registry.ofKind("intake").find((one) => one.name === name)!;
    return () => plugin.start(openScope(name, plugin.needs, settings, this.#services) as never);
  }

  async #startOne(name: string, start: Start): Promise<void> {
    this.#running.set(name, await start());
    this.#starts.set(name, start);
  }

  /** Its address is free when this resolves. */
  async #retire(name: string): Promise<void> {
    const listener = this.#running.get(name);
    this.#running.delete(name);
    this.#starts.delete(name);
    if (!listener) return;
    if (!listener.retire) return listener.stop();
    this.#retiring.add(listener);
    const { closed, ended } = listener.retire();
    void ended.finally(() => this.#retiring.delete(listener));
    await closed;
  }
}

/** As the System page shows it. */
export function sightOf(name: string, listener: Listener): ListenerSight {
  const health = listener.health?.();
  const certificate = listener.certificate?.();
  const associations = listener.associations?.();
  const lastEchoAt = listener.lastEchoAt?.();
  return {
    name,
    ...listener.address,
    ...(lastEchoAt === undefined ? {} : { lastEchoAt }),
    ...(health ? { health } : {}),
    ...(associations === undefined ? {} : { associations }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
