// Looks at the machine from time to time, and puts on record when it is too busy and when it has recovered.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { NoticeEvent } from "@thalamus/sdk";
import type { AlertSettings } from "../config/alert-settings.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { Metric, Usage } from "./machine-usage.ts";
import { type AlertRule, MetricAlert } from "./metric-alert.ts";
import { recordNotice } from "./record-notice.ts";

export interface MachineWatchParts {
  readonly orm: MikroORM;
  readonly hubId: string;
  readonly settings: AlertSettings;
  readonly usage: { look(): Promise<Usage> };
  readonly log: HubLog;
}

const EVENTS: Readonly<Record<Metric, NoticeEvent>> = {
  cpu: "system.cpu-high",
  memory: "system.memory-high",
  swap: "system.swap-high",
  disk: "system.disk-low",
};
const METRICS = Object.keys(EVENTS) as Metric[];

export class MachineWatch {
  readonly #parts: MachineWatchParts;
  readonly #alerts: Readonly<Record<Metric, MetricAlert>>;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: MachineWatchParts) {
    this.#parts = parts;
    const alert = (metric: Metric) => new MetricAlert(ruleOf(metric, parts.settings));
    this.#alerts = { cpu: alert("cpu"), memory: alert("memory"), swap: alert("swap"), disk: alert("disk") };
  }

  start(): void {
    const { settings, log } = this.#parts;
    this.#timer = setInterval(() => {
      this.#looking = this.look(Date.now()).catch((error) => {
        log.warn("machine-watch.failed", { error: (error as Error).name });
      });
    }, settings.everySeconds * 1000);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async look(now: number): Promise<void> {
    const usage = await this.#parts.usage.look();
    for (const metric of METRICS) {
      const move = this.#alerts[metric].look(usage[metric], now);
      if (move) await this.#record(metric, move.kind, Math.round(usage[metric] ?? 0));
    }
  }

  async #record(metric: Metric, move: "raised" | "recovered" | "suppressed", percent: number): Promise<void> {
    const { orm, hubId, settings, log } = this.#parts;
    const event = move === "recovered" ? "system.recovered" : EVENTS[metric];
    const detail = { hub: hubId, metric, percent, limit: limitOf(metric, settings) };
    if (move === "recovered") log.info("machine.recovered", detail);
    else log.warn("machine.too-busy", detail);
    await orm.em.fork().transactional(async (em) => {
      await journal(em, { event, detail });
      const why = `The same was told within the last ${settings.coolDownMinutes} minutes.`;
      await recordNotice(em, { event, detail }, move === "suppressed" ? why : undefined);
    });
  }
}

function limitOf(metric: Metric, settings: AlertSettings): number {
  const { cpuPercent, memoryPercent, swapPercent, diskPercent } = settings;
  return { cpu: cpuPercent, memory: memoryPercent, swap: swapPercent, disk: diskPercent }[metric];
}

/** Reads through to the settings, which may change. */
const ruleOf = (metric: Metric, settings: AlertSettings): AlertRule => ({
  get limit() {
    return limitOf(metric, settings);
  },
  get recoverPoints() {
    return settings.recoverPoints;
  },
  get looksInARow() {
    return settings.looksInARow;
  },
  get coolDownMs() {
    return settings.coolDownMinutes * 60_000;
  },
});
