// Checks a document of settings as the start of the hub does, and says where in the forms each problem belongs.
import { ConfigError, type ConfigProblem } from "../config/config-problem.ts";
import { type LoadedConfig, withContent } from "../config/load-config.ts";
import { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { Service } from "../plugins/plugin-scope.ts";
import { SealedValueError } from "../secrets/seal.ts";
import { entriesOf } from "./entry-sections.ts";
import { isObject, type JsonObject, valueAt, withValueAt } from "./json-values.ts";
import type { SettingsSecrets } from "./sealed-secrets.ts";
import type { Section } from "./sections.ts";
import { wholeOf } from "./shared-part.ts";

/** A problem where a person can mend it. */
export interface FieldProblem {
  /** Id of the section; undefined when it belongs to none. */
  readonly section: string | undefined;
  /** Within the section, with dots between: `headers.0.name`. */
  readonly path: string;
  readonly message: string;
}

export interface Candidate {
  readonly loaded: LoadedConfig;
  readonly registry: PluginRegistry;
}

export class SettingsFrame {
  readonly #file: LoadedConfig;
  readonly #secrets: SettingsSecrets;

  /** @param file what belongs to the machine comes from here */
  constructor(file: LoadedConfig, secrets: SettingsSecrets) {
    this.#file = file;
    this.#secrets = secrets;
  }

  /** The whole configuration with the settings of a document. @throws ConfigError, SealedValueError */
  effective(document: JsonObject): LoadedConfig {
    const plain = this.#secrets.open(document) as JsonObject;
    return withContent(this.#file, wholeOf(this.#file.raw, plain));
  }

  /** @throws ConfigError, SealedValueError with all problems that keep a hub from starting */
  async load(document: JsonObject): Promise<Candidate> {
    const loaded = this.effective(document);
    return { loaded, registry: await PluginRegistry.load(loaded) };
  }

  /**
   * Every problem of a document, beyond what a start would forgive.
   * @param edited an entry that is optional in the file may fail at a start, but not while somebody saves it
   */
  async check(
    document: JsonObject,
    services: readonly Service[],
    edited?: string,
  ): Promise<Candidate | readonly ConfigProblem[]> {
    try {
      const strict = await this.load(needing(document, edited));
      strict.registry.requireGoodSettings(strict.loaded, services);
      return edited === undefined ? strict : await this.load(document);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      if (!(error instanceof SealedValueError)) throw error;
      return [{ path: "", line: undefined, message: `A stored secret cannot be opened: ${error.message}.` }];
    }
  }
}

/** The document with one entry that is not optional. */
function needing(document: JsonObject, name: string | undefined): JsonObject {
  const index = entriesOf(document).findIndex((entry) => (entry.name ?? entry.use ?? entry.package) === name);
  return name === undefined || index < 0
    ? document
    : (withValueAt(document, ["plugins", index, "optional"], false) as JsonObject);
}

/** `plugins[2].settings.headers[0].name` → the section of that entry, `headers.0.name` */
export function placed(problems: readonly ConfigProblem[], sections: readonly Section[]): FieldProblem[] {
  return problems.map(({ path, message: said }) => {
    const parts = path
      .replaceAll(/\[(\d+)\]/g, ".$1")
      .split(".")
      .filter((part) => part !== "");
    const message = said.replace(/ \(settings of [a-z0-9-]+\)$/, "");
    const section = sections.find((one) => isWithin(parts, one));
    const inner = section ? parts.slice(section.path.length) : parts;
    return { section: section?.id, path: inner.join("."), message };
  });
}

function isWithin(parts: readonly string[], { path, fields }: Section): boolean {
  const begins = path.every((key, index) => String(key) === parts[index]);
  const next = parts[path.length];
  return begins && (!fields || next === undefined || fields.includes(next));
}

/** What a document says at a place of the effective configuration: with defaults. */
export const filledAt = ({ config }: LoadedConfig, { path, fields }: Section): unknown => {
  const value = valueAt(config, path) ?? {};
  if (!fields || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name)));
};
