// Puts notifications together: who wants what, the desk that sends, and the watch over the machine.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { AlertSettings } from "../config/alert-settings.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { HubLog } from "../observe/log.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import { MachineUsage } from "./machine-usage.ts";
import { MachineWatch } from "./machine-watch.ts";
import { NoticeDesk, type Watcher } from "./notice-desk.ts";

export interface NoticeSource {
  readonly orm: MikroORM;
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
  readonly presence: HubPresence;
  readonly dataFolder: string;
  readonly settings: AlertSettings;
  readonly timeZone: string | undefined;
  readonly log: HubLog;
}

export interface OpenNotices {
  /** The entries of the registry have other settings, or are other ones. */
  exchange(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error when an entry that is not optional does not start */
export async function openNotices(source: NoticeSource): Promise<OpenNotices> {
  const { orm, presence, dataFolder, settings, timeZone, log } = source;
  const wakes$ = presence.notifications$;
  const desk = new NoticeDesk({ orm, watchers: watchersOf(source), presence, wakes$, timeZone, log });
  await desk.register();
  desk.start();
  const usage = new MachineUsage(dataFolder);
  const watch = new MachineWatch({ orm, hubId: presence.id, settings, usage, log });
  watch.start();
  return {
    exchange: () => desk.exchange(watchersOf(source)),
    stop: async () => {
      await watch.stop();
      await desk.stop();
    },
  };
}

function watchersOf({ registry, services }: NoticeSource): Watcher[] {
  return registry.ofKind("watch").flatMap(({ name, plugin, settings, optional }): Watcher[] => {
    try {
      const scope = openScope(name, plugin.needs, settings, services) as never;
      const watching = plugin.watching(settings as never);
      return [{ name, watching, tell: (notices, id, signal) => plugin.tell(notices, id, scope, signal) }];
    } catch (error) {
      if (!optional) throw new Error(`plugin ${name} ${(error as Error).message}`);
      registry.disable(name, (error as Error).message);
      return [];
    }
  });
}
