// Puts together what looks after the hub itself: how it is, the history of its machine, the support bundle, updates.
import { hostname } from "node:os";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Http } from "@thalamus/sdk";
import type { LoadedConfig } from "../config/load-config.ts";
import type { Database } from "../database/database.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { Lanes } from "../deliveries/lanes.ts";
import type { FreeSpace } from "../files/free-space.ts";
import type { ListenerSight } from "../http/routes/system-routes.ts";
import type { ConsoleCertificate } from "../http/tls/console-certificate.ts";
import type { WebMounts } from "../http/web-mounts.ts";
import { MachineUsage } from "../notices/machine-usage.ts";
import type { HubLog } from "../observe/log.ts";
import type { LiveSettings } from "../settings/live-settings.ts";
import { SupportBundle } from "../support/support-bundle.ts";
import { Updates } from "../updates/updates.ts";
import type { ChoreClock, ChoreDeclaration } from "../upkeep/chore-clock.ts";
import { MachineLook } from "./machine-facts.ts";
import { MetricHistory } from "./metric-history.ts";
import { Queues } from "./queues.ts";
import { SystemLook } from "./system-sight.ts";

export interface SystemSource {
  readonly file: LoadedConfig;
  readonly orm: MikroORM;
  readonly database: Database;
  readonly presence: HubPresence;
  readonly live: LiveSettings;
  readonly lanes: Lanes;
  readonly space: FreeSpace;
  readonly version: string;
  readonly startedAt: Date;
  readonly http: Http;
  readonly log: HubLog;
}

/** What is there only later in the start. */
export interface SystemSurroundings {
  readonly clock: ChoreClock;
  readonly certificate: Pick<ConsoleCertificate, "sight">;
  readonly listeners: () => readonly ListenerSight[];
  readonly web: WebMounts;
}

export interface OpenSystem {
  readonly chores: readonly ChoreDeclaration[];
  readonly updates: Updates;
  look(around: SystemSurroundings): { readonly system: SystemLook; readonly support: SupportBundle };
  stop(): Promise<void>;
}

export function openSystem(source: SystemSource): OpenSystem {
  const { file, orm, database, live, lanes, space, log, http, version, startedAt, presence } = source;
  const { dataFolder } = file;
  const history = new MetricHistory({
    ...{ orm, host: hostname(), usage: new MachineUsage(dataFolder), log: log.named("system") },
    freeBytes: () => space.measure(),
  });
  history.start();
  const folder = join(dataFolder, "updates");
  // of the file: what it says of updates is not for the console to change
  const updates = new Updates({
    ...{ orm, folder, version, http, log: log.named("updates") },
    settings: file.config.updates,
  });
  const machine = new MachineLook(dataFolder);
  const { registry } = live;
  const trouble = () => log.recentTrouble();
  return {
    chores: [history.chore(), ...updates.chores()],
    updates,
    look: ({ clock, certificate, listeners, web }) => {
      const system = new SystemLook({
        ...{ orm, presence, version, startedAt, space, machine, history, registry, clock, certificate },
        ...{ listeners, trouble, embeddedDatabase: database.embeddedFolder !== undefined },
        pool: () => database.pool(),
        queues: new Queues(registry, lanes),
        paths: () => new Map(web.all().map(({ name, service }) => [name, service.path])),
      });
      const support = new SupportBundle({
        ...{ orm, registry, trouble, logFolder: join(dataFolder, "logs") },
        config: () => live.config,
        sight: () => system.sight(),
        secrets: [passwordOf(database.url)],
        flushLog: () => log.flush(),
      });
      return { system, support };
    },
    stop: async () => {
      await Promise.all([history.stop(), updates.stop()]);
    },
  };
}

const passwordOf = (address: string): string => decodeURIComponent(URL.parse(address)?.password ?? "");
