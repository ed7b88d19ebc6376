// The queues of this hub: one for each plugin entry that works on steps; each can be held like a destination's lane.
import type { Plugin } from "@thalamus/sdk";
import type { LaneSight, Lanes } from "../deliveries/lanes.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";

export interface QueueSight extends Omit<LaneSight, "target"> {
  readonly name: string;
  readonly title: string;
  readonly kind: WorkingKind;
}

/** In the order of the route. */
const WORKING_KINDS = [
  "check",
  "transform",
  "process",
  "deliver",
] as const satisfies readonly Plugin["kind"][];
export type WorkingKind = (typeof WORKING_KINDS)[number];

export class Queues {
  readonly #registry: PluginRegistry;
  readonly #lanes: Lanes;

  constructor(registry: PluginRegistry, lanes: Lanes) {
    this.#registry = registry;
    this.#lanes = lanes;
  }

  async all(): Promise<QueueSight[]> {
    const entries = WORKING_KINDS.flatMap((kind) =>
      this.#registry.ofKind(kind).map(({ name, plugin }) => ({ name, title: plugin.title, kind })),
    );
    const sights = await this.#lanes.sight(entries.map(({ name }) => name));
    return entries.map((entry, index) => {
      const { target: _, ...sight } = sights[index]!;
      return { ...entry, ...sight };
    });
  }

  /** @returns false when there is no such queue */
  async set(name: string, reason: string | undefined, actor: string): Promise<boolean> {
    const known = WORKING_KINDS.some((kind) => this.#registry.ofKind(kind).some((one) => one.name === name));
    if (!known) return false;
    if (reason === undefined) await this.#lanes.resume(name, actor);
    else await this.#lanes.suspend(name, actor, reason);
    return true;
  }
}
