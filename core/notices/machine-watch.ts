// Looks at the machine from time to time, and puts on record when it is too busy and when it has recovered.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { NoticeEvent } from "@thalamus/sdk";
import type { AlertSettings } from "../config/alert-settings.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { Metric, Usage } from "./machine-usage.ts";
import { type AlertMove, type AlertRule, MetricAlert } from "./metric-alert.ts";
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

interface SeenMove {
  readonly metric: Metric;
  readonly kind: AlertMove["kind"];
  readonly percent: number;
}

export class MachineWatch {
  readonly #parts: MachineWatchParts;
  readonly #alerts: Readonly<Record<Metric, MetricAlert>>;
  /** Seen and not yet on record, the oldest first: a database that is away loses no alert. */
  readonly #unrecorded: SeenMove[] = [];
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
      const kind = this.#alerts[metric].look(usage[metric], now)?.kind;
      if (kind === undefined) continue;
      const move = { metric, kind, percent: Math.round(usage[metric] ?? 0) };
      if (kind === "recovered") this.#parts.log.info("machine.recovered", this.#detailOf(move));
      else this.#parts.log.warn("machine.too-busy", this.#detailOf(move));
      this.#unrecorded.push(move);
    }
    for (let move = this.#unrecorded[0]; move !== undefined; move = this.#unrecorded[0]) {
      await this.#record(move);
      this.#unrecorded.shift();
    }
  }

  async #record(move: SeenMove): Promise<void> {
    const { orm, settings } = this.#parts;
    const event = move.kind === "recovered" ? "system.recovered" : EVENTS[move.metric];
    const detail = this.#detailOf(move);
    await orm.em.fork().transactional(async (em) => {
      await journal(em, { event, detail });
      const why = `The same was told within the last ${settings.coolDownMinutes} minutes.`;
      await recordNotice(em, { event, detail }, move.kind === "suppressed" ? why : undefined);
    });
  }

  #detailOf({ metric, percent }: SeenMove) {
    const { hubId, settings } = this.#parts;
    return { hub: hubId, metric, percent, limit: limitOf(metric, settings) };
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
