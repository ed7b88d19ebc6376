// Decides that a study is complete: quiet for long enough, and no association of it open.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { Histogram, Metrics, NoLabels } from "@thalamus/sdk";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { announce } from "../observe/changes.ts";
import { CoreMetrics } from "../observe/core-metrics.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { Route } from "../steps/route.ts";
import { IS_OURS } from "./quiet-since.ts";
import { NOBODYS } from "./study-key.ts";

export interface StabilityParts {
  readonly orm: MikroORM;
  readonly route: Route;
  readonly log: HubLog;
  readonly stableAfterSeconds: number;
  readonly metrics: Metrics;
}

/** Looks at most this often; the decision itself is a row, so any hub can make it and a restart loses nothing. */
const LOOK_MS = 1000;

export class Stability {
  readonly #parts: StabilityParts;
  readonly #seconds: Histogram<NoLabels>;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: StabilityParts) {
    this.#parts = parts;
    this.#seconds = parts.metrics.histogram(CoreMetrics.stableSeconds);
  }

  start(): void {
    const period = Math.min(LOOK_MS, this.#parts.stableAfterSeconds * 500);
    const again = () => {
      this.#looking = this.look()
        .catch((error) => this.#parts.log.error("stability.failed", { error: (error as Error).name }))
        .then(() => {
          if (this.#timer) this.#timer = setTimeout(again, period);
        });
    };
    this.#timer = setTimeout(again, period);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  /** Makes every study that is due stable. */
  async look(): Promise<void> {
    const { orm, stableAfterSeconds } = this.#parts;
    const due = await orm.em.fork().execute<{ id: string }[]>(
      `select s.id from study s where status = 'receiving' and stable_at is null and ${IS_OURS} and ${QUIET}
        order by quiet_since limit 100`,
      [stableAfterSeconds],
    );
    for (const { id } of due) await this.#settle(id);
  }

  /**
   * A person says that the study is complete, whatever is still open.
   * @returns false when there is no such study or it is not being received
   */
  force(id: string, actor: string): Promise<boolean> {
    return this.#parts.orm.em.fork().transactional(async (em) => {
      const options = { lockMode: LockMode.PESSIMISTIC_WRITE as const };
      // when a cloud order's study is whole its order says
      const where = { id, status: "receiving", stableAt: null, owner: NOBODYS } as const;
      const study = await em.findOne(Study, where, options);
      if (!study) return false;
      await journal(em, { event: "study.forced-stable", studyId: id, actor });
      await this.makeStable(em, study);
      return true;
    });
  }

  async #settle(id: string): Promise<void> {
    const { orm, stableAfterSeconds } = this.#parts;
    await orm.em.fork().transactional(async (em) => {
      const options = { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE };
      const study = await em.findOne(Study, { id, status: "receiving", stableAt: null }, options);
      // gone on, or in the hands of another hub
      if (study && (await isQuiet(em, id, stableAfterSeconds))) await this.makeStable(em, study);
    });
  }

  /** The caller knows that nothing more will come, and holds the lock. */
  async makeStable(em: EntityManager, study: StudyRow): Promise<void> {
    const { route, log } = this.#parts;
    const { id } = study;
    study.stableAt = new Date();
    const { series, instances, bytes, modalities, age } = await contentsOf(em, id);
    // what was counted while it grew was for screens
    em.assign(study, { seriesCount: series, instanceCount: instances, bytes, modalities });
    await em.flush();
    const { instanceCount, seriesCount, revision } = study;
    const detail = { instances: instanceCount, series: seriesCount, revision };
    await journal(em, { event: "study.stable", studyId: id, detail });
    const patch = { instanceCount, seriesCount };
    await announce(em, { resource: "study", id, kind: "updated", studyId: id, patch });
    await route.begin(em, study);
    this.#seconds.observe({}, age);
    log.info("study.stable", { study: id, ...detail });
  }
}

/** The database's clock decides, since several hubs may look. */
const QUIET = `quiet_since < now() - make_interval(secs => ?)
  and not exists (select 1 from open_association a where a.study_id = s.id)`;

async function isQuiet(em: EntityManager, id: string, seconds: number): Promise<boolean> {
  const rows = await em.execute<unknown[]>(`select 1 from study s where id = ? and ${QUIET}`, [id, seconds]);
  return rows.length > 0;
}

interface StudyContents {
  readonly series: number;
  readonly instances: number;
  readonly bytes: number;
  readonly modalities: string[];
  /** Seconds since the last instance. */
  readonly age: number;
}

async function contentsOf(em: EntityManager, studyId: string): Promise<StudyContents> {
  const [row] = await em.execute<StudyContents[]>(
    `select count(distinct series_instance_uid)::int as series, count(*)::int as instances,
       coalesce(sum(bytes), 0)::float as bytes, coalesce(array_agg(distinct modality), '{}')::text[] as modalities,
       coalesce(extract(epoch from clock_timestamp() - max(received_at)), 0)::float as age
       from instance where study_id = ?`,
    [studyId],
  );
  return row!;
}
