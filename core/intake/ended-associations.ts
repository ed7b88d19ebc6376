// Ends associations in the database: one statement for all that wait, and none is forgotten while the database is away.
import type { MikroORM } from "@mikro-orm/postgresql";
import { CHANGE_CHANNEL } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";

/** Associations that could not be ended are tried again after this. */
const AGAIN_MS = 500;

/**
 * Studies are locked in one order everywhere, so that nobody waits in a circle. Screens count down from now on where
 * nothing else is open.
 */
const STATEMENT = `
with ended as materialized (
  select association_id, study_id from open_association where association_id = any(?::uuid[])),
locked as materialized (
  select id from study where id in (select study_id from ended) order by study_instance_uid, owner, part for no key update),
gone as (
  delete from open_association a using ended e
   where a.association_id = e.association_id and a.study_id = e.study_id),
quiet as (
  update study set quiet_since = now() from locked where study.id = locked.id
  returning study.id, study.quiet_since, study.status, study.stable_at)
select pg_notify(?, json_build_object('resource', 'study', 'id', id, 'studyId', id, 'kind', 'updated',
    'patch', json_build_object('quietSince', quiet_since))::text)
  from quiet where status = 'receiving' and stable_at is null
   and not exists (select 1 from open_association a
     where a.study_id = quiet.id and a.association_id <> all(?::uuid[]))`;

/** A study cannot become stable while an association of it is open, so an end that got lost would hold it for ever. */
export class EndedAssociations {
  readonly #orm: MikroORM;
  readonly #log: HubLog;
  #waiting = new Set<string>();
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAway = false;

  constructor(orm: MikroORM, log: HubLog) {
    this.#orm = orm;
    this.#log = log;
  }

  /**
   * The quiet time of the association's studies starts now, or as soon as the database is back.
   * Resolves when it has started, or the database is found away.
   */
  async end(associationId: string): Promise<void> {
    this.#waiting.add(associationId);
    // what is being written does not hold this one
    if (this.#writing) await this.#writing;
    if (this.#isAway) return;
    this.#writing ??= this.#write();
    await this.#writing;
  }

  /** Stops trying: whoever finds this hub dead ends what is left. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  async #write(): Promise<void> {
    const ended = this.#waiting;
    this.#waiting = new Set();
    try {
      const ids = `{${[...ended].join(",")}}`;
      if (ended.size > 0) await this.#orm.em.fork().execute(STATEMENT, [ids, CHANGE_CHANNEL, ids]);
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway) this.#log.warn("intake.association-end-waits", { error: (error as Error).name });
      this.#isAway = true;
      for (const id of ended) this.#waiting.add(id);
      this.#timer = setTimeout(() => {
        this.#writing = this.#write();
      }, AGAIN_MS).unref();
    }
    this.#writing = undefined;
  }
}
