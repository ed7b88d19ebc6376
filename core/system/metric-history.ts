// Keeps a short history of the machine for the charts: points by the minute for a day, by the quarter of an hour for a week.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Usage } from "../notices/machine-usage.ts";
import type { HubLog } from "../observe/log.ts";
import type { ChoreDeclaration } from "../upkeep/chore-clock.ts";

export const RANGES = ["1h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How far back each chart goes, and how long each of its points is. */
const SPANS: Readonly<Record<Range, { readonly backMs: number; readonly stepMs: number }>> = {
  "1h": { backMs: HOUR_MS, stepMs: MINUTE_MS },
  "24h": { backMs: DAY_MS, stepMs: 15 * MINUTE_MS },
  "7d": { backMs: 7 * DAY_MS, stepMs: 2 * HOUR_MS },
};
/** A little longer than the charts show. */
const KEEP_MS = { minute: 26 * HOUR_MS, quarter: 8 * DAY_MS } as const;
/** With less to go by nobody can tell when the disk will be full. */
const LEAST_SIGHT_MS = 6 * HOUR_MS;

export interface MetricPointSight {
  readonly at: Date;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly swap: number | null;
  readonly disk: number | null;
  readonly queue: number | null;
  readonly studiesPerHour: number;
}

export interface HistorySight {
  readonly from: Date;
  readonly until: Date;
  readonly stepSeconds: number;
  readonly points: readonly MetricPointSight[];
}

export interface HistoryParts {
  readonly orm: MikroORM;
  readonly host: string;
  readonly usage: { look(): Promise<Usage> };
  /** Measures the free bytes of the data folder's disk. */
  readonly freeBytes: () => Promise<number>;
  readonly log: HubLog;
}

export class MetricHistory {
  readonly #parts: HistoryParts;
  #timer: NodeJS.Timeout | undefined;
  #recording: Promise<void> = Promise.resolve();

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  start(): void {
    const again = () => {
      this.#recording = this.record(new Date()).catch((error: unknown) => {
        this.#parts.log.warn("metric-history.not-kept", { error: (error as Error).name });
      });
    };
    again();
    this.#timer = setInterval(again, MINUTE_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#recording;
  }

  /** The point of this minute; hubs of one machine write the same one. */
  async record(now: Date): Promise<void> {
    const { orm, host, usage, freeBytes } = this.#parts;
    const { cpu = null, memory = null, swap = null, disk = null } = await usage.look();
    const free = await freeBytes();
    await orm.em.fork().execute(
      `insert into metric_point (host, span, at, cpu, memory, swap, disk, disk_free_bytes, queue)
       select ?, 'minute', date_trunc('minute', ?::timestamptz), ?, ?, ?, ?, ?,
              (select count(*) from step where state = 'ready' and coalesce(not_before, created_at) <= now())
       on conflict (host, span, at) do update set cpu = excluded.cpu, queue = excluded.queue`,
      [host, now, cpu, memory, swap, disk, free],
    );
  }

  /** Makes one point of the minutes of each quarter of an hour, and removes what no chart shows. */
  chore(): ChoreDeclaration {
    return {
      name: "metric-history",
      title: "Thin out the history of the machine's load",
      schedule: "hourly",
      run: () => this.thin(new Date()),
    };
  }

  async thin(now: Date): Promise<{ points: number }> {
    const [minutes, quarters] = [KEEP_MS.minute, KEEP_MS.quarter].map((ms) => new Date(now.getTime() - ms));
    return this.#parts.orm.em.fork().transactional(async (em) => {
      await em.execute(
        `insert into metric_point (host, span, at, cpu, memory, swap, disk, disk_free_bytes, queue)
         select host, 'quarter-hour', date_bin('15 minutes', at, 'epoch'), avg(cpu), avg(memory), avg(swap), avg(disk),
                min(disk_free_bytes), max(queue)
           from metric_point where span = 'minute' and at < date_bin('15 minutes', ?::timestamptz, 'epoch')
          group by 1, 3
         on conflict (host, span, at) do nothing`,
        [now],
      );
      const [gone] = await em.execute<{ n: number }[]>(
        `with gone as (delete from metric_point
            where (span = 'minute' and at < ?) or (span = 'quarter-hour' and at < ?) returning 1)
         select count(*)::int as n from gone`,
        [minutes, quarters],
      );
      return { points: gone?.n ?? 0 };
    });
  }

  /** Of this machine; a step without a point has null, so that a chart shows the gap. */
  async sight(range: Range, now: Date): Promise<HistorySight> {
    const { backMs, stepMs } = SPANS[range];
    const until = new Date(Math.floor(now.getTime() / stepMs) * stepMs);
    const from = new Date(until.getTime() - backMs);
    const points = await this.#parts.orm.em.fork().execute<PointRow[]>(
      `with steps as (select generate_series(?::timestamptz, ?::timestamptz, ?::interval) as at),
            machine as (
              select date_bin(?::interval, at, 'epoch') as at, avg(cpu) as cpu, avg(memory) as memory, avg(swap) as swap,
                     avg(disk) as disk, max(queue) as queue
                from metric_point where host = ? and span = ? and at >= ? group by 1),
            arrived as (
              select date_bin(?::interval, received_at, 'epoch') as at, count(*) as n
                from study where received_at >= ? group by 1)
       select steps.at, cpu, memory, swap, disk, queue, coalesce(n, 0)::int as studies
         from steps left join machine using (at) left join arrived using (at) order by steps.at`,
      [
        ...[from, until, seconds(stepMs)],
        ...[seconds(stepMs), this.#parts.host, range === "7d" ? "quarter-hour" : "minute", from],
        ...[seconds(stepMs), from],
      ],
    );
    const perHour = HOUR_MS / stepMs;
    return {
      ...{ from, until, stepSeconds: stepMs / 1000 },
      points: points.map(({ at, studies, ...values }) => {
        return { at: new Date(at), ...values, studiesPerHour: studies * perHour };
      }),
    };
  }

  /**
   * Days until only so many bytes are free, if the disk goes on filling as it did in the last week.
   * @returns null when it does not fill, or is not known for long enough
   */
  async daysLeft(keepFreeBytes: number): Promise<number | null> {
    const [line] = await this.#parts.orm.em.fork().execute<Line[]>(
      `select extract(epoch from max(at) - min(at))::float * 1000 as ms,
              regr_slope(disk_free_bytes::float, extract(epoch from at)::float) as per_second,
              (array_agg(disk_free_bytes::float order by at desc))[1] as free
         from metric_point where host = ? and span = 'quarter-hour'`,
      [this.#parts.host],
    );
    const { ms = null, per_second: slope = null, free = null } = line ?? {};
    if (ms === null || slope === null || free === null || ms < LEAST_SIGHT_MS || slope >= 0) return null;
    return Math.max(0, free - keepFreeBytes) / -slope / 86_400;
  }
}

const seconds = (ms: number): string => `${ms / 1000} seconds`;

interface PointRow extends Omit<MetricPointSight, "at" | "studiesPerHour"> {
  readonly at: string | Date;
  readonly studies: number;
}

interface Line {
  readonly ms: number | null;
  readonly per_second: number | null;
  readonly free: number | null;
}
