// Deletes a study with every file and every value of its patient; the journal keeps that it was, by its id only.
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Purge } from "../database/entities/purge.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { MANIFEST_NAME } from "../deidentified/stage-copy.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { FolderMarks } from "../intake/folder-marks.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import { expireWithStudy } from "../order-desk/expire-order.ts";
import { Trash } from "./trash.ts";

/** Why a study was not deleted. */
export type PurgeRefusal = "not-there" | "receiving" | "working";

export interface PurgeOrder {
  readonly studyId: string;
  readonly actor: string;
  /** In the journal: `asked-for`, `retention`. */
  readonly reason: string;
  /** Asked once more under the lock. */
  readonly stillDue?: (study: StudyRow) => boolean;
}

export interface PurgeParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  /** Where this hub is writing. */
  readonly marks: Pick<FolderMarks, "drop">;
  readonly log: HubLog;
}

class NotNow extends Error {
  readonly refusal: PurgeRefusal;

  constructor(refusal: PurgeRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/**
 * Files leave their trees inside the transaction that deletes the rows: whoever receives the same object meanwhile finds
 * neither. A crash in between is undone or finished by `recover`, as the row of the purge tells.
 */
export class StudyPurge {
  readonly #parts: PurgeParts;
  readonly #trash: Trash;

  constructor(parts: PurgeParts) {
    this.#parts = parts;
    this.#trash = new Trash(parts.trees);
  }

  /** @returns why it was not deleted; undefined when it is gone */
  async purge(order: PurgeOrder): Promise<PurgeRefusal | undefined> {
    const id = randomUUID();
    try {
      await this.#parts.orm.em.fork().transactional((em) => this.#delete(em, id, order));
    } catch (error) {
      // the commit may have come through although its answer did not
      if (!(await this.#isRecorded(id))) await this.#trash.putBack(id);
      if (error instanceof NotNow) return error.refusal;
      throw error;
    }
    await this.#finish(id);
    return undefined;
  }

  /** Finishes or undoes what a hub was doing when it died. */
  async recover(): Promise<void> {
    for (const id of await this.#trash.ids()) {
      if (await this.#isRecorded(id)) await this.#finish(id);
      else if (await this.#isAbandoned(id)) await this.#trash.putBack(id);
    }
  }

  async #delete(em: EntityManager, id: string, order: PurgeOrder): Promise<void> {
    const study = await em.findOne(Study, order.studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!study || order.stillDue?.(study) === false) throw new NotNow("not-there");
    // held until the transaction ends, so that the others can tell this purge from one that was abandoned
    await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [id]);
    await this.#assertIdle(em, study);
    const { received, paths, instances } = await this.#filesOf(em, study.id);
    paths.push(...(await this.#takeReports(em, study.id, order.actor)));
    await em.insert(Purge, { id, studyId: study.id });
    const copies = await copiesOf(em, study.id);
    if (study.owner !== "") await expireWithStudy(em, study.owner);
    await em.execute("delete from study where id = ?", [study.id]);
    await forgetPseudonyms(em, copies);
    const detail = { reason: order.reason, revision: study.revision, instances, files: paths.length };
    await journal(em, { event: "study.purged", studyId: study.id, actor: order.actor, detail });
    await announce(em, { resource: "study", id: study.id, kind: "deleted", studyId: study.id });
    // of other hubs they go within two minutes after the last object
    for (const folder of received) this.#parts.marks.drop(folder);
    await this.#trash.take(id, paths);
    if (await this.#isMarked(received)) throw new NotNow("receiving");
  }

  async #assertIdle(em: EntityManager, study: StudyRow): Promise<void> {
    const [busy] = await em.execute<{ open: boolean; working: boolean }[]>(
      `select exists (select 1 from open_association where study_id = ?) as open,
              exists (select 1 from step where study_id = ? and state in ('ready', 'claimed', 'acting')) as working`,
      [study.id, study.id],
    );
    if (study.status === "receiving" || busy?.open) throw new NotNow("receiving");
    if (busy?.working) throw new NotNow("working");
  }

  /** Absolute paths; `received` are the folders of the study in the tree of received files. */
  async #filesOf(em: EntityManager, studyId: string) {
    const { trees } = this.#parts;
    const instances = await em.execute<{ path: string }[]>("select path from instance where study_id = ?", [
      studyId,
    ]);
    const artifacts = await em.execute<{ path: string }[]>(
      `select a.path from artifact a join result r on r.id = a.result_id
         join product_order o on o.id = r.order_id where o.study_id = ?`,
      [studyId],
    );
    const copies = await em.execute<{ path: string }[]>(
      `select i.path from deidentified_instance i join deidentified_study c on c.id = i.copy_id where c.study_id = ?
        union all select folder || '/' || ? from deidentified_study where study_id = ?`,
      [studyId, MANIFEST_NAME, studyId],
    );
    const received = instances.map(({ path }) => join(trees.received, path));
    const results = artifacts.map(({ path }) => join(trees.results, path));
    const deidentified = copies.map(({ path }) => join(trees.deidentified, path));
    return {
      received: new Set(received.map((path) => dirname(path))),
      paths: [...received, ...results, ...deidentified],
      instances: instances.length,
    };
  }

  /** Reports of groups that name the study by what identifies the patient; others know it by the hub's id only. */
  async #takeReports(em: EntityManager, studyId: string, actor: string): Promise<string[]> {
    const reports = await em.execute<{ id: string; group_id: string; path: string }[]>(
      `delete from group_report where identify_by <> 'hub-id' and study_ids @> array[?] returning id, group_id, path`,
      [studyId],
    );
    for (const { id, group_id } of reports) {
      const detail = { group: group_id, report: id };
      await journal(em, { event: "group.report-purged", studyId, actor, detail });
      await announce(em, { resource: "group", id: group_id, kind: "updated" });
    }
    return reports.map(({ path }) => join(this.#parts.trees.results, path));
  }

  /** A hub is writing to one of the folders, or did until a moment ago. */
  async #isMarked(folders: ReadonlySet<string>): Promise<boolean> {
    const { incoming } = this.#parts.trees;
    const names = new Set([...folders].map((folder) => basename(folder)));
    for (const hub of await readdir(incoming)) {
      const marks = await readdir(join(incoming, hub)).catch(() => []);
      if (marks.some((mark) => names.has(mark))) return true;
    }
    return false;
  }

  async #isRecorded(id: string): Promise<boolean> {
    return (await this.#parts.orm.em.fork().count(Purge, { id })) > 0;
  }

  /** Nobody is in the middle of it. */
  async #isAbandoned(id: string): Promise<boolean> {
    return this.#parts.orm.em.fork().transactional(async (em) => {
      const lock = "select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as free";
      const [row] = await em.execute<{ free: boolean }[]>(lock, [id]);
      return row?.free === true && (await em.count(Purge, { id })) === 0;
    });
  }

  async #finish(id: string): Promise<void> {
    await this.#trash.empty(id);
    await this.#parts.orm.em.fork().nativeDelete(Purge, { id });
    this.#parts.log.info("study.files-removed", { purge: id });
  }
}

interface CopyOwners {
  readonly patient_id: string;
  readonly pseudonym_id: string;
}

const copiesOf = (em: EntityManager, studyId: string): Promise<CopyOwners[]> =>
  em.execute<CopyOwners[]>("select patient_id, pseudonym_id from deidentified_study where study_id = ?", [
    studyId,
  ]);

/** What no copy needs any more; the pseudonyms follow from the site's secret, so that they would come out the same. */
async function forgetPseudonyms(em: EntityManager, copies: readonly CopyOwners[]): Promise<void> {
  for (const { patient_id, pseudonym_id } of copies) {
    await em.execute(
      `delete from study_pseudonym p where id = ?
          and not exists (select 1 from deidentified_study c where c.pseudonym_id = p.id)`,
      [pseudonym_id],
    );
    await em.execute(
      `delete from patient_pseudonym p where id = ?
          and not exists (select 1 from deidentified_study c where c.patient_id = p.id)`,
      [patient_id],
    );
  }
}
