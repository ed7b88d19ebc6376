// The products of this hub: what can be ordered, and changing the images they run in.
import type { MikroORM } from "@mikro-orm/postgresql";
import { type ImageChange, Permanent, type ProcessPlugin, type ProductSight, Transient } from "@thalamus/sdk";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import { type LoadedPlugin, type PluginRegistry, productSight } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";

/** A change of an image: under way, or the last one that this hub made. */
export interface ImageChangeSight {
  readonly kind: "update" | "rollback";
  readonly state: "running" | "done" | "failed";
  /** Of an update. */
  readonly image: string | undefined;
  readonly progress: number;
  readonly stage: string;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  /** Why it failed. */
  readonly code: string | undefined;
  readonly message: string | undefined;
}

export interface ListedProduct extends Omit<ProductSight, "changeable"> {
  /** Name of the plugin entry that runs it. */
  readonly entry: string;
  /** Its image can be changed here. */
  readonly changeable: boolean;
  readonly change: ImageChangeSight | undefined;
}

/** A change that cannot begin. */
export class ProductRefusal extends Error {
  override readonly name = "ProductRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ProductParts {
  readonly orm: MikroORM;
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
  readonly log: HubLog;
}

interface Wanted {
  readonly product: string;
  readonly actor: string;
}

type Entry = LoadedPlugin<ProcessPlugin>;
type Images = NonNullable<ProcessPlugin["images"]>;
type Running = { -readonly [K in keyof ImageChangeSight]: ImageChangeSight[K] };

export class Products {
  readonly #parts: ProductParts;
  readonly #changes = new Map<string, Running>();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: ProductParts) {
    this.#parts = parts;
  }

  /** All that are installed, by id; of one id that of the entry that runs it. */
  async list(): Promise<readonly ListedProduct[]> {
    const { registry } = this.#parts;
    const listed = new Map<string, ListedProduct>();
    // before the products are read: who sees that a change is done sees what it did, too
    const changes = new Map([...this.#changes].map(([id, change]) => [id, { ...change }]));
    for (const entry of registry.ofKind("process")) {
      const offered = (await entry.plugin.products?.(entry.settings as never)) ?? [];
      for (const sight of offered.map(productSight)) {
        const runs = registry.products.get(sight.id) ?? entry.name;
        if (listed.has(sight.id) && runs !== entry.name) continue;
        const changeable = entry.plugin.images !== undefined && sight.changeable === true;
        listed.set(sight.id, {
          ...sight,
          ...{ entry: entry.name, changeable, change: changes.get(sight.id) },
        });
      }
    }
    return [...listed.values()].toSorted((a, b) => a.id.localeCompare(b.id));
  }

  /**
   * Begins an update, which goes on by itself.
   * @returns false when there is no such product
   * @throws ProductRefusal
   */
  update({ product, image, version, actor }: Wanted & { image: string; version?: string }): Promise<boolean> {
    return this.#begin({ product, actor }, "update", image, (images, scope, change) => {
      const progress = (value: number, stage: string) => {
        const moved = change.stage !== stage || value - change.progress >= 0.1;
        Object.assign(change, { progress: Math.max(change.progress, value), stage });
        if (moved) void this.#tell(product);
      };
      const order = { product, image, progress, ...(version === undefined ? {} : { version }) };
      return images.update(order, scope, this.#stopping.signal);
    });
  }

  /** The same for the image before. */
  rollBack(wanted: Wanted): Promise<boolean> {
    return this.#begin(wanted, "rollback", undefined, (images, scope) =>
      images.rollBack(wanted.product, scope),
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the hub is stopping"));
    await Promise.all(this.#running);
  }

  async #begin(
    { product, actor }: Wanted,
    kind: Running["kind"],
    image: string | undefined,
    work: (images: Images, scope: never, change: Running) => Promise<ImageChange>,
  ): Promise<boolean> {
    const listed = (await this.list()).find(({ id }) => id === product);
    if (!listed) return false;
    const entry = this.#parts.registry.get(listed.entry) as Entry;
    const { images, needs } = entry.plugin;
    if (!images)
      throw new ProductRefusal("product.no-image", "This product does not run in an image of its own.");
    if (this.#changes.get(product)?.state === "running") {
      throw new ProductRefusal("product.changing", "Its image is being changed. Wait for the end of that.");
    }
    const scope = openScope(entry.name, needs, entry.settings, this.#parts.services) as never;
    const change: Running = {
      ...{ kind, state: "running", image, progress: 0, stage: "", startedAt: new Date() },
      ...{ endedAt: undefined, code: undefined, message: undefined },
    };
    this.#changes.set(product, change);
    const end = this.#carryOut({ product, actor }, change, () => work(images as Images, scope, change));
    this.#running.add(end);
    void end.finally(() => this.#running.delete(end));
    return true;
  }

  async #carryOut(
    { product, actor }: Wanted,
    change: Running,
    work: () => Promise<ImageChange>,
  ): Promise<void> {
    const { log } = this.#parts;
    const { kind, image } = change;
    await this.#tell(product);
    try {
      const { from, to, removed } = await work();
      Object.assign(change, { state: "done", progress: 1, stage: "" });
      const event = kind === "update" ? "product.image-updated" : "product.image-rolled-back";
      await this.#record(event, actor, { product, from: { ...from }, to: { ...to }, removed });
    } catch (error) {
      const { code, message } = reasonOf(error);
      Object.assign(change, { state: "failed", code, message });
      log.warn("product.image-change-failed", { product, kind, code, error: (error as Error).name });
      await this.#record("product.image-change-failed", actor, { product, kind, image, code });
    }
    change.endedAt = new Date();
    await this.#tell(product);
  }

  /** The change is made, or not, whether the database is there or not. */
  async #record(event: string, actor: string, detail: Readonly<Record<string, unknown>>): Promise<void> {
    const written = journal(this.#parts.orm.em.fork(), { event, actor, detail });
    await written.catch((error: Error) => {
      this.#parts.log.error("product.change-not-recorded", { happened: event, error: error.name });
    });
  }

  async #tell(product: string): Promise<void> {
    const change = { resource: "product", id: product, kind: "updated" } as const;
    await announce(this.#parts.orm.em.fork(), change).catch(() => undefined);
  }
}

function reasonOf(error: unknown): { code: string; message: string } {
  if (error instanceof Permanent || error instanceof Transient)
    return { code: error.code, message: error.message };
  return { code: "plugin.bug", message: "The plugin failed in a way it did not foresee. The log has more." };
}
