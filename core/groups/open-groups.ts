// Puts groups together: who sees completion, who sends, and what people can ask for.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { HubPresence } from "../database/hub-presence.ts";
import type { Lanes } from "../deliveries/lanes.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { changesOf } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import type { RetryPolicy } from "../steps/verdict.ts";
import type { ChoreDeclaration } from "../upkeep/chore-clock.ts";
import { CompletionWatch } from "./completion-watch.ts";
import { Groups } from "./groups.ts";
import { type DocumentDoor, ReportSender } from "./report-sender.ts";
import { makeScheduledReports } from "./scheduled-reports.ts";

export interface GroupSource {
  readonly orm: MikroORM;
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
  readonly presence: HubPresence;
  readonly trees: FileTrees;
  readonly lanes: Lanes;
  readonly retry: RetryPolicy;
  readonly timeZone: string | undefined;
  readonly log: HubLog;
}

export interface OpenGroups {
  readonly groups: Groups;
  /** Makes the reports that are due by the clock. */
  readonly chore: ChoreDeclaration;
  stop(): Promise<void>;
}

export function openGroups(source: GroupSource): OpenGroups {
  const { orm, registry, presence, trees, lanes, retry, timeZone, log } = source;
  const { results } = trees;
  const doors = doorsOf(source);
  const known = {
    products: [...registry.products.keys()].toSorted(),
    deliveries: doors.map(({ name }) => name),
    timeZone,
  };
  const wakes$ = presence.notifications$;
  const sender = new ReportSender({ orm, presence, results, doors, lanes, retry, wakes$, log });
  const watch = new CompletionWatch({ orm, results, timeZone, changes$: changesOf(presence), log });
  sender.start();
  watch.start();
  return {
    groups: new Groups({ orm, trees, known }),
    chore: {
      name: "group-reports",
      title: "Make the reports of groups that are due",
      schedule: "every-minute",
      run: (signal) => makeScheduledReports({ orm, results, timeZone }, signal),
    },
    stop: async () => {
      await watch.stop();
      await sender.stop();
    },
  };
}

function doorsOf({ registry, services }: GroupSource): DocumentDoor[] {
  return registry.ofKind("deliver").flatMap(({ name, plugin, settings }) => {
    if (!plugin.deliverDocument) return [];
    const scope = openScope(name, plugin.needs, settings, services) as never;
    return [
      {
        name,
        repeatable: plugin.onInterrupted === "repeat",
        deliver: (document, signal) => plugin.deliverDocument!(document, scope, signal),
      } satisfies DocumentDoor,
    ];
  });
}
