// The settings this hub works with now: reads through to them, and takes over a new version without a restart.
import { filter, type Subscription } from "rxjs";
import { entryName, type HubConfig } from "../config/hub-config.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { HubLog } from "../observe/log.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { Service } from "../plugins/plugin-scope.ts";
import type { SettingsFrame } from "./candidate.ts";
import { changedEntries, type EntryChanges } from "./changed-entries.ts";
import { type ChosenSettings, problemWords } from "./choose-settings.ts";
import { SETTINGS_CHANNEL, type SettingsStore } from "./settings-store.ts";

/** Takes over what concerns it. @returns what could not be taken over, in words, by the name of the entry */
export type Applier = (change: AppliedChange) => Promise<Readonly<Record<string, string>>>;

export interface AppliedChange extends EntryChanges {
  readonly before: HubConfig;
  readonly after: HubConfig;
}

export interface LiveParts {
  readonly chosen: ChosenSettings;
  readonly frame: SettingsFrame;
  readonly store: SettingsStore;
  readonly presence: Pick<HubPresence, "notifications$" | "reconnected$">;
  readonly log: HubLog;
}

const NEXT_START = "Its settings take effect at the next start of the hub.";

export class LiveSettings {
  /** With what the hub started; what cannot change while it runs is still so. */
  readonly started: HubConfig;
  readonly registry: PluginRegistry;
  readonly #parts: LiveParts;
  readonly #appliers: Applier[] = [];
  #loaded: LoadedConfig;
  #version: number | undefined;
  #trouble: { version: number; problem: string } | undefined;
  #applying: Promise<void> = Promise.resolve();
  #listening: Subscription[] = [];
  #services: readonly Service[] = [];

  constructor(parts: LiveParts) {
    const { loaded, registry, version, troubles } = parts.chosen;
    this.#parts = parts;
    this.started = loaded.config;
    this.registry = registry;
    this.#loaded = loaded;
    this.#version = version;
    this.#trouble = troubles[0];
  }

  get config(): HubConfig {
    return this.#loaded.config;
  }

  get loaded(): LoadedConfig {
    return this.#loaded;
  }

  /** The one the hub works with; undefined when that is none. */
  get version(): number | undefined {
    return this.#version;
  }

  /** The newest version, when this hub could not take it over as a whole. */
  get trouble(): { readonly version: number; readonly problem: string } | undefined {
    return this.#trouble;
  }

  /** An object whose fields are always those of the newest settings. */
  view<T extends object>(read: (config: HubConfig) => T): T {
    const now = () => read(this.config);
    return new Proxy({} as T, {
      get: (_, key) => Reflect.get(now(), key) as unknown,
      has: (_, key) => Reflect.has(now(), key),
      ownKeys: () => Reflect.ownKeys(now()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(now(), key);
        return found && { ...found, configurable: true };
      },
    });
  }

  /** Called in this order for each new version. */
  onChange(applier: Applier): void {
    this.#appliers.push(applier);
  }

  /** The file became this version at the start. */
  nowIs(version: number | undefined): void {
    this.#version = version;
  }

  /** @param services that plugins may ask for */
  start(services: readonly Service[]): void {
    this.#services = services;
    if (this.#loaded.config.settings.source === "file") return;
    const { notifications$, reconnected$ } = this.#parts.presence;
    const news$ = notifications$.pipe(filter(({ channel }) => channel === SETTINGS_CHANNEL));
    this.#listening = [
      news$.subscribe(() => void this.applyNewest()),
      reconnected$.subscribe(() => void this.applyNewest()),
    ];
  }

  async stop(): Promise<void> {
    for (const subscription of this.#listening) subscription.unsubscribe();
    await this.#applying;
  }

  /** Takes over the newest version, if that is not the one in use; one after the other. */
  applyNewest(): Promise<void> {
    this.#applying = this.#applying
      .then(() => this.#applyNewest())
      .catch((error: unknown) => {
        this.#parts.log.error("settings.not-applied", { problem: problemWords(error) });
      });
    return this.#applying;
  }

  async #applyNewest(): Promise<void> {
    const { store, frame, log } = this.#parts;
    const row = await store.newest();
    if (!row || row.number === this.#version || row.number === this.#trouble?.version) return;
    try {
      const candidate = await frame.load(row.document);
      const problems = await this.#apply(candidate.loaded, candidate.registry);
      this.#version = row.number;
      this.#trouble = undefined;
      if (problems.length === 0) await store.proven(row.number);
      else await this.#fail(row.number, problems.join("; "));
      log.info("settings.applied", { version: row.number, problems: problems.length });
    } catch (error) {
      await this.#fail(row.number, problemWords(error));
    }
  }

  async #apply(loaded: LoadedConfig, next: PluginRegistry): Promise<string[]> {
    const before = this.#loaded.config;
    next.requireGoodSettings(loaded, this.#services);
    const changes = changedEntries(this.registry, next, loaded.config.plugins.map(entryName));
    const old = new Map([...changes.changed].map((name) => [name, this.registry.get(name)]));
    const change: AppliedChange = { before, after: loaded.config, ...changes };
    this.registry.become(next, changes.unchanged);
    this.#loaded = loaded;
    const found: Record<string, string> = {};
    const entries = new Set([...before.plugins, ...loaded.config.plugins].map(entryName));
    for (const applier of this.#appliers) Object.assign(found, await applier(change));
    for (const [name, problem] of Object.entries(found)) {
      // what is no entry is a part of the hub, which goes on as it was by itself
      if (entries.has(name)) this.registry.putBack(name, old.get(name), problem);
    }
    // what is mounted on the HTTP server stays as it is until the next start
    const web = this.registry.ofKind("web").filter(({ name }) => changes.changed.has(name));
    for (const { name } of web) this.registry.putBack(name, old.get(name), NEXT_START);
    return Object.entries(found).map(([name, problem]) => `${name}: ${problem}`);
  }

  async #fail(version: number, problem: string): Promise<void> {
    this.#parts.log.error("settings.not-applied", { version, problem });
    this.#trouble = { version, problem };
    await this.#parts.store.failed(version, problem);
  }
}
