// Puts the settings together at the start of the hub, before anything that they decide.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { LoadedConfig } from "../config/load-config.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { HubLog } from "../observe/log.ts";
import type { Service } from "../plugins/plugin-scope.ts";
import type { Sealer } from "../secrets/seal.ts";
import { SettingsFrame } from "./candidate.ts";
import { chooseSettings, type SettingsTrouble } from "./choose-settings.ts";
import type { SettingsGuard } from "./commit-settings.ts";
import { coreSections } from "./core-sections.ts";
import { entrySections } from "./entry-sections.ts";
import { importFile } from "./import-file.ts";
import { LiveSettings } from "./live-settings.ts";
import { SettingsSecrets } from "./sealed-secrets.ts";
import { SettingsSections } from "./sections.ts";
import { SettingsDesk } from "./settings-desk.ts";
import { SettingsStore } from "./settings-store.ts";

export interface SettingsSource {
  readonly file: LoadedConfig;
  readonly orm: MikroORM;
  readonly sealer: Sealer;
  readonly presence: HubPresence;
  /** Versions with which this start has failed already. */
  readonly troubles: readonly SettingsTrouble[];
  readonly log: HubLog;
}

export interface OpenSettings {
  readonly live: LiveSettings;
  /** Parts of the hub add theirs. */
  readonly sections: SettingsSections;
  /** For people; to be asked once the hub's services are there. */
  desk(services: readonly Service[], guards?: readonly SettingsGuard[]): SettingsDesk;
  /** The hub works: the file becomes a version if it is a new one, and new versions are taken over from now on. */
  started(services: readonly Service[]): Promise<void>;
}

/** @throws ConfigError when the file counts and has problems */
export async function openSettings(source: SettingsSource): Promise<OpenSettings> {
  const { file, orm, presence, log } = source;
  const secrets = new SettingsSecrets(source.sealer);
  const store = new SettingsStore(orm);
  const frame = new SettingsFrame(file, secrets);
  const chosen = await chooseSettings({ file, store, secrets, troubles: source.troubles, log });
  const live = new LiveSettings({ chosen, frame, store, presence, log });
  const sections = new SettingsSections();
  let offered: readonly Service[] = [];
  sections.add(coreSections(live.registry));
  sections.add(entrySections(live.registry, () => offered));
  const started = async (services: readonly Service[]) => {
    for (const { version, problem } of chosen.troubles) await store.failed(version, problem);
    if (chosen.newFile) live.nowIs(await importFile({ file, registry: live.registry, store, secrets }));
    if (live.version !== undefined) await store.proven(live.version);
    live.start(services);
    await live.applyNewest();
  };
  const desk = (services: readonly Service[], guards: readonly SettingsGuard[] = []) => {
    offered = services;
    return new SettingsDesk({ file, orm, store, secrets, frame, sections, live, services, guards });
  };
  return { live, sections, desk, started };
}
