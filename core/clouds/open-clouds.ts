// Puts together what a hub has to do with its clouds beside orders.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { FileTrees } from "../files/file-trees.ts";
import type { HubLog } from "../observe/log.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { Service } from "../plugins/plugin-scope.ts";
import type { ChoreDeclaration } from "../upkeep/chore-clock.ts";
import { cloudEntries } from "./cloud-entries.ts";
import { Clouds } from "./clouds.ts";
import { ExternalOrderDesk } from "./external-orders.ts";
import { FollowingAccounts } from "./following-accounts.ts";
import { HeartbeatDesk } from "./heartbeats.ts";
import { MachineSight } from "./machine-sight.ts";

export interface CloudSource {
  readonly orm: MikroORM;
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
  readonly trees: FileTrees;
  readonly dataFolder: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly log: HubLog;
}

export interface OpenClouds {
  readonly clouds: Clouds;
  readonly heartbeats: HeartbeatDesk;
  readonly external: ExternalOrderDesk;
  readonly following: FollowingAccounts;
  readonly chores: readonly ChoreDeclaration[];
}

export function openClouds(source: CloudSource): OpenClouds {
  const { orm, registry, services, trees, dataFolder, version, startedAt, log } = source;
  const entries = () => cloudEntries(registry, services);
  const plugins = () => registry.reports();
  const machine = new MachineSight(dataFolder);
  const heartbeats = new HeartbeatDesk({ orm, entries, version, startedAt, plugins, machine, log });
  const external = new ExternalOrderDesk({ orm, trees, entries, log });
  return {
    clouds: new Clouds({ orm, registry, services }),
    heartbeats,
    external,
    following: new FollowingAccounts({ orm, entries, log }),
    chores: [...heartbeats.chores(), ...external.chores()],
  };
}
