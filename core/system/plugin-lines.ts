// The plugins of this hub as the System page lists them: what each brings, how it is, and what went wrong last.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Plugin } from "@thalamus/sdk";
import type { TroubleLine } from "../observe/recent-trouble.ts";
import type { PluginRegistry, PluginReport } from "../plugins/plugin-registry.ts";

export interface PluginLine extends PluginReport {
  readonly title: string;
  readonly summary: string;
  /** Short words: `Destination`, `Product dti-metrics`, `Button Test connection`. */
  readonly contributes: readonly string[];
  readonly lastTrouble: PluginTrouble | null;
}

export interface PluginTrouble {
  readonly at: Date;
  readonly level: "warn" | "error";
  /** Event of the log, or code of a step. */
  readonly what: string;
}

const KIND_WORDS: Readonly<Record<Plugin["kind"], string>> = {
  intake: "Receives studies",
  check: "Quality check",
  transform: "De-identification",
  process: "Processing",
  deliver: "Destination",
  watch: "Notifications",
  web: "Service on the hub's web server",
};

export interface PluginLineParts {
  readonly orm: MikroORM;
  readonly registry: PluginRegistry;
  /** Path on the web server, by the name of the entry. */
  readonly paths: () => ReadonlyMap<string, string>;
  readonly trouble: () => readonly TroubleLine[];
}

export async function pluginLines({ orm, registry, paths, trouble }: PluginLineParts): Promise<PluginLine[]> {
  const failures = await lastFailures(orm);
  const lines = trouble();
  return registry.reports().map((report) => {
    const plugin = (registry.get(report.name) ?? registry.failed(report.name))?.plugin;
    const step = failures.find(({ target }) => target === report.name);
    const line = lines.find(({ part }) => part === report.name);
    const logged: PluginTrouble | undefined = line && {
      ...{ at: new Date(line.at), level: line.level, what: line.event },
    };
    const failed: PluginTrouble | undefined = step && {
      ...{ at: new Date(step.at), level: "error", what: step.code ?? "step.rejected" },
    };
    const found = [logged, failed].filter((one) => one !== undefined);
    const [lastTrouble = null] = found.toSorted((one, other) => other.at.getTime() - one.at.getTime());
    return {
      ...report,
      title: plugin?.title ?? report.name,
      summary: plugin?.summary ?? "",
      contributes: plugin ? contributionsOf(report.name, plugin, registry, paths()) : [],
      lastTrouble,
    };
  });
}

function contributionsOf(
  name: string,
  plugin: Plugin,
  registry: PluginRegistry,
  paths: ReadonlyMap<string, string>,
): string[] {
  const products = [...registry.products]
    .filter(([, entry]) => entry === name)
    .map(([id]) => `Product ${id}`);
  const path = paths.get(name);
  return [
    KIND_WORDS[plugin.kind],
    ...products,
    ...(path === undefined ? [] : [`Path ${path}`]),
    ...(plugin.actions ?? []).map(({ label }) => `Button ${label}`),
    ...("heartbeats" in plugin && plugin.heartbeats ? ["Heartbeat"] : []),
    ...(plugin.metrics?.length
      ? [plugin.metrics.length === 1 ? "1 metric" : `${plugin.metrics.length} metrics`]
      : []),
  ];
}

interface Failure {
  readonly target: string;
  readonly code: string | null;
  readonly at: string | Date;
}

/** Of steps that were given up or are interrupted: those that are through are not read, there may be millions. */
function lastFailures(orm: MikroORM): Promise<Failure[]> {
  return orm.em.fork().execute<Failure[]>(
    `select distinct on (target) target, outcome->>'code' as code, coalesce(settled_at, claimed_at, created_at) as at
       from step where state in ('rejected', 'unknown') order by target, at desc`,
  );
}
