// Loads the configured plugins, checks their settings, and knows how each start went.

import type { Plugin, StudyFormat, Token } from "@thalamus/sdk";
import { ConfigError, type ConfigProblem } from "../config/config-problem.ts";
import { entryName, type PluginEntryConfig } from "../config/hub-config.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { Reader } from "../files/reader.ts";
import { type FoundPlugin, findPlugin } from "./find-plugin.ts";
import { outboundProblems, takesProblem } from "./outbound-problems.ts";
import { openScope, type Service } from "./plugin-scope.ts";
import { settingsProblems } from "./plugin-settings.ts";
import { productTagProblems } from "./product-problems.ts";

export interface LoadedPlugin<P extends Plugin = Plugin> extends FoundPlugin {
  /** Name of the entry; steps are addressed to it. */
  readonly name: string;
  readonly plugin: P;
  readonly settings: unknown;
  /** The hub starts without it when it does not start. */
  readonly optional: boolean;
}

/** One line of the System page. */
export interface PluginReport {
  readonly name: string;
  readonly plugin: string;
  readonly kind: string;
  readonly version: string;
  readonly state: "running" | "failed";
  readonly problem?: string;
}

/** What a plugin's steps may show it: everything, or what may leave the house. */
export const readerOf = (plugin: Plugin): Reader =>
  plugin.kind === "process" && plugin.takes === "deidentified" ? "outbound" : "inside";

export class PluginRegistry {
  readonly #loaded = new Map<string, LoadedPlugin>();
  readonly #reports = new Map<string, PluginReport>();
  readonly #products = new Map<string, string>();

  /**
   * Loads every entry of the configuration.
   * @throws ConfigError with all problems of all plugins that are not optional, and of the route
   */
  static async load(config: LoadedConfig): Promise<PluginRegistry> {
    const registry = new PluginRegistry();
    const problems: ConfigProblem[] = [];
    for (const [index, entry] of config.config.plugins.entries()) {
      const found = await registry.#loadEntry(entry, index, config);
      if (found.length > 0 && entry.optional) registry.#fail(entry, found);
      else problems.push(...found);
    }
    problems.push(...registry.#routeProblems(config));
    problems.push(...outboundProblems(config, [...registry.#loaded.values()]));
    for (const { product, plugin } of config.config.route.process) registry.#products.set(product, plugin);
    // one that did not load may offer what nobody else does
    const complete = registry.#loaded.size === config.config.plugins.length;
    if (complete) problems.push(...productTagProblems(config, registry.#products));
    if (problems.length > 0) throw new ConfigError(config.file, problems);
    return registry;
  }

  /**
   * Asks the plugins what their schemas cannot say of their settings. One that is optional is disabled instead.
   * @throws ConfigError with all problems
   */
  requireGoodSettings({ config, file, lineOf }: LoadedConfig, services: readonly Service[]): void {
    const problems = config.plugins.flatMap((entry, index) => {
      const name = entryName(entry);
      const found = this.#loaded.get(name);
      if (!found?.plugin.settingsProblems) return [];
      const scope = openScope(name, found.plugin.needs, found.settings, services) as never;
      const own = found.plugin.settingsProblems(scope).map(({ path, message }) => ({
        path: `plugins[${index}].settings.${path}`,
        line:
          lineOf(`/plugins/${index}/settings/${path.replaceAll(".", "/")}`) ?? lineOf(`/plugins/${index}`),
        message: `${message} (settings of ${name})`,
      }));
      if (own.length === 0 || !found.optional) return own;
      this.disable(name, own.map(({ path, message }) => `${path}: ${message}`).join("; "));
      return [];
    });
    if (problems.length > 0) throw new ConfigError(file, problems);
  }

  ofKind<K extends Plugin["kind"]>(kind: K): LoadedPlugin<Extract<Plugin, { kind: K }>>[] {
    const all = [...this.#loaded.values()] as LoadedPlugin<Extract<Plugin, { kind: K }>>[];
    return all.filter(({ plugin }) => plugin.kind === kind);
  }

  get(name: string): LoadedPlugin | undefined {
    return this.#loaded.get(name);
  }

  /** Whether a web plugin is there that stands on a service. */
  serves(token: Token<unknown>): boolean {
    return this.ofKind("web").some(({ plugin }) => Object.values(plugin.needs).includes(token));
  }

  /** The studies an entry can work on. */
  formatsOf(name: string): readonly StudyFormat[] {
    return this.#loaded.get(name)?.plugin.formats ?? ["dicom"];
  }

  reports(): PluginReport[] {
    return [...this.#reports.values()];
  }

  /** Every product a study can be run through, with the plugin entry that runs it. */
  get products(): ReadonlyMap<string, string> {
    return this.#products;
  }

  /** An optional plugin did not start: the hub goes on without it and says so. */
  disable(name: string, problem: string): void {
    const report = this.#reports.get(name);
    this.#loaded.delete(name);
    if (report) this.#reports.set(name, { ...report, state: "failed", problem });
  }

  async #loadEntry(entry: PluginEntryConfig, index: number, config: LoadedConfig): Promise<ConfigProblem[]> {
    const pointer = `/plugins/${index}`;
    const name = entryName(entry);
    let found: FoundPlugin;
    try {
      found = await findPlugin(entry, config.file);
    } catch (error) {
      const { message } = error as Error;
      return [{ path: `plugins[${index}]`, line: config.lineOf(pointer), message }];
    }
    const unclear = takesProblem(found.plugin);
    if (unclear !== undefined) {
      return [{ path: `plugins[${index}]`, line: config.lineOf(pointer), message: unclear }];
    }
    const problems = settingsProblems(found.plugin, entry, pointer, config.lineOf);
    if (problems.length > 0) return problems;
    const { plugin, version } = found;
    try {
      const offered =
        plugin.kind === "process" ? await plugin.products?.(entry.settings as never) : undefined;
      for (const product of offered ?? [])
        if (!this.#products.has(product)) this.#products.set(product, name);
    } catch (error) {
      const message = `its products cannot be listed: ${(error as Error).message}`;
      return [{ path: `plugins[${index}]`, line: config.lineOf(pointer), message }];
    }
    this.#loaded.set(name, { ...found, name, settings: entry.settings, optional: entry.optional });
    this.#reports.set(name, { name, plugin: plugin.name, kind: plugin.kind, version, state: "running" });
    return [];
  }

  #fail(entry: PluginEntryConfig, problems: readonly ConfigProblem[]): void {
    const name = entryName(entry);
    const problem = problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
    this.#reports.set(name, { name, plugin: name, kind: "unknown", version: "", state: "failed", problem });
  }

  #routeProblems({ config, lineOf }: LoadedConfig): ConfigProblem[] {
    const { check, deidentify, process, deliver, deliverFailures = [] } = config.route;
    const placed = (names: readonly string[], kind: Plugin["kind"], phase: string, field = "") =>
      names.map((name, index) => ({
        name,
        kind,
        pointer: `/route/${phase}/${index}${field && `/${field}`}`,
        path: `route.${phase}[${index}]${field && `.${field}`}`,
      }));
    const wanted = [
      ...placed(check, "check", "check"),
      ...placed(deidentify, "transform", "deidentify"),
      ...placed(
        process.map(({ plugin }) => plugin),
        "process",
        "process",
        "plugin",
      ),
      ...placed(deliver, "deliver", "deliver"),
      ...placed(deliverFailures, "deliver", "deliverFailures"),
    ];
    return wanted.flatMap(({ name, kind, pointer, path }) => {
      const configured = config.plugins.some((entry) => entryName(entry) === name);
      const found = this.#loaded.get(name);
      if (found?.plugin.kind === kind || (configured && !found)) return [];
      const message = found
        ? `"${name}" is a plugin of kind ${found.plugin.kind}, here one of kind ${kind} is wanted`
        : `no entry under plugins is named "${name}"`;
      return [{ path, line: lineOf(pointer), message }];
    });
  }
}
