// Counts what studies grow by, off the path of the answer: one update for many instances.
import type { MikroORM } from "@mikro-orm/postgresql";
import { announce } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import { QUIET_SINCE } from "./quiet-since.ts";

/** Screens hear of a growing study at most this often. */
const WRITE_EVERY_MS = 250;

interface Growth {
  instances: number;
  bytes: number;
  readonly modalities: Set<string>;
}

interface GrownRow {
  readonly id: string;
  readonly instance_count: number;
  readonly revision: number;
  readonly quiet_since: string | null;
}

/**
 * The counts of a study that is being received are for screens; when it becomes stable its rows are counted. So a
 * crash may lose a few counts and no instance, and a study that is complete already takes no more of them.
 * Studies are locked in one order everywhere, so that nobody waits in a circle.
 */
const STATEMENT = `
with grown as materialized (
  select * from jsonb_to_recordset(?::jsonb) as g(id uuid, instances int, bytes bigint, modalities text[])),
locked as materialized (
  select id from study where id in (select id from grown) and status = 'receiving' and stable_at is null
   order by study_instance_uid, owner, part for no key update)
update study s set instance_count = s.instance_count + g.instances, bytes = s.bytes + g.bytes,
    modalities = case when s.modalities @> g.modalities then s.modalities
      else (select array_agg(distinct x) from unnest(s.modalities || g.modalities) x) end
  from grown g join locked using (id) where s.id = g.id
returning s.id, s.instance_count, s.revision, ${QUIET_SINCE} as quiet_since`;

export class StudyGrowth {
  readonly #orm: MikroORM;
  readonly #log: HubLog;
  #grown = new Map<string, Growth>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(orm: MikroORM, log: HubLog) {
    this.#orm = orm;
    this.#log = log;
  }

  /** An instance of the study is on record. */
  add(studyId: string, bytes: number, modality: string): void {
    const growth = this.#grown.get(studyId) ?? { instances: 0, bytes: 0, modalities: new Set() };
    this.#grown.set(studyId, growth);
    growth.instances += 1;
    growth.bytes += bytes;
    growth.modalities.add(modality);
    this.#timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  /** Writes what has not been written; never rejects. */
  write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#grown.size === 0) return;
    const grown = [...this.#grown].map(([id, growth]) => ({
      id,
      ...growth,
      modalities: [...growth.modalities],
    }));
    this.#grown = new Map();
    try {
      await this.#orm.em.fork().transactional(async (em) => {
        const rows = await em.execute<GrownRow[]>(STATEMENT, [JSON.stringify(grown)]);
        for (const { id, instance_count: instanceCount, revision, quiet_since: quietSince } of rows) {
          const patch = { status: "receiving", instanceCount, revision, quietSince };
          await announce(em, { resource: "study", id, kind: "updated", studyId: id, patch });
        }
      });
    } catch (error) {
      this.#log.warn("intake.growth-not-counted", { error: (error as Error).name });
    }
  }
}
