// The privacy interlock at the start: nothing that sends studies out runs on a route that does not de-identify them.
import { ArchiveToken, type Plugin, SiteKeysToken, type Token } from "@thalamus/sdk";
import type { ConfigProblem } from "../config/config-problem.ts";
import { entryName } from "../config/hub-config.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { LoadedPlugin } from "./plugin-registry.ts";

/** Services that would show what was received, or find out whose pseudonym it is. */
const CLOSED: readonly (readonly [Token<unknown>, string])[] = [
  [ArchiveToken, "the archive of received files"],
  [SiteKeysToken, "the keys of the site"],
];

/** A process plugin must say what it takes; from outside it may come without types. */
export function takesProblem(plugin: Plugin): string | undefined {
  if (plugin.kind !== "process") return undefined;
  const takes: unknown = plugin.takes;
  if (takes === "received" || takes === "deidentified") return undefined;
  return 'its declaration must say takes: "received" or takes: "deidentified"';
}

/** Whatever is loaded counts, named in the route or not: a study may choose the product of any process plugin. */
export function outboundProblems(
  { config, lineOf }: LoadedConfig,
  loaded: readonly LoadedPlugin[],
): ConfigProblem[] {
  const outbound = loaded.filter(
    ({ plugin }) => plugin.kind === "process" && plugin.takes === "deidentified",
  );
  return outbound.flatMap(({ name, plugin }) => {
    const index = config.plugins.findIndex((entry) => entryName(entry) === name);
    const place = { path: `plugins[${index}]`, line: lineOf(`/plugins/${index}`) };
    const closed = CLOSED.filter(([token]) => Object.values(plugin.needs).includes(token)).map(
      ([, what]) => ({
        ...place,
        message: `"${name}" sends studies out of the house and may not have ${what}`,
      }),
    );
    if (config.route.deidentify.length > 0) return closed;
    const run = config.route.process.findIndex((entry) => entry.plugin === name);
    const where =
      run < 0
        ? place
        : { path: `route.process[${run}].plugin`, line: lineOf(`/route/process/${run}/plugin`) };
    const message =
      `"${name}" sends studies out of the house, and nothing de-identifies them before: ` +
      "name a plugin entry of kind transform under route.deidentify";
    return [...closed, { ...where, message }];
  });
}
