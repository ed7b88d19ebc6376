// What a plugin is run with in its contract suite: settings, services, a log that is kept, a study with canaries.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Declaration, Needs, Scope } from "../../kinds/declaration.ts";
import type { SettingsSchema } from "../../settings.ts";
import { LogToken, MetricsToken, OwnFolderToken, RefusalsToken, TOKENS, type Token } from "../../tokens.ts";
import { type RecordingLog, recordingLog } from "../recording-log.ts";
import { recordingMetrics } from "../recording-metrics.ts";
import { settingsCheck } from "./settings-contract.ts";

/** A service for the plugin under test; made by `offer`. */
export interface OfferedService {
  readonly token: Token<unknown>;
  readonly service: unknown;
}

export const offer = <T>(token: Token<T>, service: T): OfferedService => ({ token, service });

export interface Bench {
  /** Settings that have no default, and those the tests want otherwise. */
  readonly settings?: object;
  /** What the plugin needs beside log, metrics and its own folder. */
  readonly services?: readonly OfferedService[];
}

export interface Fixtures<B extends Bench> {
  /** Folder of the plugin: `import.meta.dirname` of its test. */
  readonly folder: string;
  /** @param scratch an empty folder, removed after the last test */
  readonly open: (scratch: string) => B | Promise<B>;
}

/** A bench that is set up. */
export interface OpenBench<B extends Bench, S extends SettingsSchema, N extends Needs> {
  readonly scratch: string;
  readonly given: B;
  readonly log: RecordingLog;
  readonly scope: Scope<S, N>;
  close(): Promise<void>;
}

export async function openBench<B extends Bench, S extends SettingsSchema, N extends Needs>(
  plugin: Declaration<S, N>,
  open: (scratch: string) => B | Promise<B>,
): Promise<OpenBench<B, S, N>> {
  const scratch = await mkdtemp(join(tmpdir(), `contract-${plugin.name}-`));
  const given = await open(scratch);
  const log = recordingLog();
  const own = join(scratch, "own-folder");
  await mkdir(own);
  const common = [
    offer(LogToken, log),
    offer(MetricsToken, recordingMetrics()),
    offer(OwnFolderToken, { path: own }),
    offer(RefusalsToken, { tell: async () => {} }),
  ];
  const services = [...common, ...(given.services ?? [])];
  const scope = scopeOf(plugin, given.settings ?? {}, services);
  return { scratch, given, log, scope, close: () => rm(scratch, { recursive: true, force: true }) };
}

/** As the host makes it: checked settings, the services in `needs`, and a refusal for everything else. */
export function scopeOf<S extends SettingsSchema, N extends Needs>(
  plugin: Declaration<S, N>,
  settings: object,
  services: readonly OfferedService[],
): Scope<S, N> {
  const filled: unknown = structuredClone(settings);
  const { fits, problems } = settingsCheck(plugin.settings);
  if (!fits(filled)) throw new Error(`the settings of the fixtures do not fit: ${problems()}`);
  const resolved = Object.entries(plugin.needs).map(([name, token]) => {
    const offered = services.find((one) => one.token === token);
    if (!offered) throw new Error(`the fixtures offer no service for "${name}" (${tokenName(token)})`);
    return [name, offered.service];
  });
  const scope: object = { ...Object.fromEntries(resolved), settings: filled };
  return new Proxy(scope, {
    get: (target, key) => {
      if (typeof key === "symbol" || key in target) return Reflect.get(target, key);
      throw new Error(`plugin ${plugin.name} asked for "${key}" without listing it in its needs`);
    },
  }) as Scope<S, N>;
}

export function tokenName(token: Token<unknown>): string {
  const known = Object.entries(TOKENS).find(([, value]) => value === token);
  return known?.[0] ?? token.toString();
}
