// What the parts of a running hub do when its settings change, in this order.
import type { Access } from "../access/open-access.ts";
import type { HubConfig } from "../config/hub-config.ts";
import type { SpaceAccount } from "../files/space-account.ts";
import type { OpenNotices } from "../notices/open-notices.ts";
import type { HubLog } from "../observe/log.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { RunningListeners } from "../plugins/running-listeners.ts";
import type { RoutePlan } from "../steps/route.ts";
import type { StepEngine } from "../steps/step-engine.ts";
import type { ChoreClock } from "../upkeep/chore-clock.ts";
import { problemWords } from "./choose-settings.ts";
import type { LiveSettings } from "./live-settings.ts";

export interface TakeOverParts {
  readonly live: LiveSettings;
  readonly registry: PluginRegistry;
  readonly engine: StepEngine;
  readonly listeners: RunningListeners;
  readonly notices: Pick<OpenNotices, "exchange">;
  readonly access: Pick<Access, "exchange">;
  readonly clock: ChoreClock;
  readonly space: SpaceAccount;
  /** Of all plugin entries that there were since the start, for metrics; grows. */
  readonly entryNames: string[];
  readonly log: HubLog;
}

export function takeOver(parts: TakeOverParts): void {
  const { live, registry, engine, listeners, notices, access, clock, space, entryNames, log } = parts;
  live.onChange(async ({ after }) => {
    entryNames.push(...registry.names().filter((name) => !entryNames.includes(name)));
    log.setLevel(after.log.level);
    space.remark(marksOf(after.intake));
    return {};
  });
  live.onChange(async ({ after }) => {
    try {
      await access.exchange(after.access);
      return {};
    } catch (error) {
      return { access: problemWords(error) };
    }
  });
  live.onChange(async (change) => {
    const problems = await engine.exchange(change);
    engine.route.replan(planOf(change.after.route, registry));
    return problems;
  });
  live.onChange((change) => listeners.exchange(change));
  live.onChange(async () => {
    await notices.exchange();
    await clock.reschedule();
    return {};
  });
}

/** In bytes. */
export const marksOf = ({ warnFreeMegabytes, keepFreeMegabytes }: HubConfig["intake"]) => ({
  warnBelow: warnFreeMegabytes * 1_000_000,
  keepFree: keepFreeMegabytes * 1_000_000,
});

export const planOf = (route: HubConfig["route"], registry: PluginRegistry): RoutePlan => ({
  ...route,
  products: registry.products,
  formats: (name) => registry.formatsOf(name),
});
