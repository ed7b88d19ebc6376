// Starts one server, sends it every load of a repetition, and holds what it stored against what it was sent.
import { statfsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BenchPlace } from "../kit/bench-definition.ts";
import type { LoadClient } from "../load/load-client.ts";
import type { Receiver, ReceiverKind } from "../servers/receiver.ts";
import { type Measurement, measureRun } from "./receive-measurement.ts";

/** A server runs for weeks, so what it does in its first seconds is not measured: as many objects as a run has go before. */
const WARM_UP_ASSOCIATIONS = 4;

/** One measured run. */
export interface Sample extends Measurement {
  readonly server: string;
  readonly associations: number;
  readonly repetition: number;
}

/** How a repetition is sent. */
export interface LoadManner {
  readonly associations: readonly number[];
  /** A new association for each object. */
  readonly churn: boolean;
}

export interface Series {
  readonly samples: Sample[];
  readonly failures: string[];
}

export class SeriesRunner {
  readonly #place: BenchPlace;
  readonly #client: LoadClient;
  readonly #manner: LoadManner;
  readonly #freeAtFirst: number;
  #lastRun = 0;

  constructor(place: BenchPlace, client: LoadClient, manner: LoadManner) {
    this.#place = place;
    this.#manner = manner;
    this.#client = client;
    this.#freeAtFirst = freeBytes(place.folder);
  }

  /** Never rejects: what goes wrong is told in the result. */
  async run(kind: ReceiverKind, repetition: number): Promise<Series> {
    const series: Series = { samples: [], failures: [] };
    const folder = join(this.#place.folder, `${kind.name}-${repetition}`);
    await mkdir(folder, { mode: 0o755 });
    try {
      const { profileFolder } = this.#place.options;
      const programs = this.#place.folder;
      await using receiver = await kind.start({ folder, programs, profileFolder });
      await this.#sendAll(kind, receiver, repetition, series);
    } catch (error) {
      series.failures.push(`${kind.name}: ${(error as Error).message}`);
    }
    // some file systems make new files slowly after many were deleted, so what was stored stays while it may
    const isTight = freeBytes(this.#place.folder) < this.#freeAtFirst / 2;
    if (isTight) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return series;
  }

  async #sendAll(kind: ReceiverKind, receiver: Receiver, repetition: number, series: Series): Promise<void> {
    const { objects, runs } = this.#place.options;
    const { associations, churn } = this.#manner;
    const loads = [
      { associations: WARM_UP_ASSOCIATIONS, objects, counts: false },
      ...associations.map((count) => ({ associations: count, objects, counts: true })),
    ];
    let sent = { objects: 0, bytes: 0 };
    for (const load of loads) {
      this.#lastRun += 1;
      const order = { ...load, churn, port: receiver.port, calledAe: receiver.calledAe, run: this.#lastRun };
      const run = await measureRun(receiver, this.#client, order, this.#place.folder);
      sent = { objects: sent.objects + load.objects, bytes: sent.bytes + run.bytes };
      for (const [status, count] of Object.entries(run.refused)) {
        series.failures.push(`${kind.name}: ${count} objects were answered ${status}`);
      }
      const wrong = await receiver.check(sent);
      if (wrong !== undefined) throw new Error(`not everything was stored: ${wrong}`);
      if (!load.counts) continue;
      const rate = Math.round(run.measurement.objectsPerSecond);
      const name = kind.name.padEnd(10);
      const head = `${repetition + 1}/${runs}  ${name}  ${String(load.associations).padStart(2)}`;
      this.#place.progress(`${head} associations  ${String(rate).padStart(5)} objects/s, all stored`);
      const { associations: count } = load;
      series.samples.push({ server: kind.name, associations: count, repetition, ...run.measurement });
    }
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
