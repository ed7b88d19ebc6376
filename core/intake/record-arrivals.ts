// Turns a batch of arrivals into rows: studies, instances, open associations, and new revisions for late ones.
import { raw } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { Accepted } from "@thalamus/sdk";
import type { HubConfig } from "../config/hub-config.ts";
import type { StudyRow } from "../database/entities/study.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { type Route, setStatus } from "../steps/route.ts";
import { arrivalRow } from "./arrival-row.ts";
import { latestOf, lockStudies, openNextPart, type StudyParts } from "./arriving-studies.ts";
import type { FlushHorizon } from "./flush-horizon.ts";
import type { Arrival, Recorded } from "./group-commit.ts";
import type { QuickArrivals } from "./quick-arrivals.ts";
import { quietSinceOf } from "./quiet-since.ts";
import type { StudyGrowth } from "./study-growth.ts";
import { keyOfRow, studyKeyOf } from "./study-key.ts";
import type { StudyProducts } from "./study-products.ts";

export interface RecordParts {
  readonly orm: MikroORM;
  readonly route: Route;
  readonly hubId: string;
  readonly quick: QuickArrivals;
  readonly products: StudyProducts;
  readonly growth: StudyGrowth;
  readonly horizon: Pick<FlushHorizon, "committed">;
  /** What instances do that come after their study was complete. */
  readonly lateInstances: HubConfig["intake"]["lateInstances"];
}

/** Screens hear of a growing study at most this often. */
const ANNOUNCE_MS = 250;

/** Writes batches for a group commit. One of these for each hub: it remembers what it wrote last. */
export class ArrivalRecorder {
  readonly #parts: RecordParts;
  readonly #announced = new Map<string, number>();

  constructor(parts: RecordParts) {
    this.#parts = parts;
  }

  /** Answers each arrival; nearly all of them go the quick way. */
  async record(batch: readonly Arrival[]): Promise<Recorded[]> {
    const { quick, growth, horizon } = this.#parts;
    const taken = await quick.take(batch).catch(() => batch.map(() => undefined));
    for (const [index, recorded] of taken.entries()) {
      if (!recorded) continue;
      const { bytes, header } = batch[index]!;
      growth.add(recorded.studyId, bytes, header.modality);
      horizon.committed(recorded.row!);
    }
    const left = batch.filter((_, index) => taken[index] === undefined);
    const answers = left.length > 0 ? await this.#recordLeft(left) : [];
    const rows = answers.flatMap(({ row }) => row ?? []);
    for (const row of rows.sort((a, b) => a - b)) horizon.committed(row);
    return taken.map((recorded) => recorded ?? answers.shift()!);
  }

  /** New studies, late instances, duplicates and other content, compared one by one under the study's lock. */
  async #recordLeft(batch: readonly Arrival[]): Promise<Recorded[]> {
    const { orm, products, hubId } = this.#parts;
    let settled: readonly Arrival[] = [];
    const answered = await orm.em.fork().transactional(async (em) => {
      const parts = await lockStudies(em, batch);
      const known = await knownContents(em, batch, parts);
      const outcomes = batch.map((arrival) => {
        const contents = known.get(contentKey(arrival)) ?? new Set();
        known.set(contentKey(arrival), contents);
        if (contents.has(arrival.sha256)) return "duplicate";
        const outcome = contents.size > 0 ? "revised" : "stored";
        contents.add(arrival.sha256);
        return outcome;
      });
      const fresh = batch.filter((_, index) => outcomes[index] !== "duplicate");
      const studies = await this.#receivers(em, parts, fresh);
      for (const study of studies.values()) await this.#grow(em, study, fresh);
      const rows = await insertInstances(em, fresh, studies, hubId);
      await insertAssociations(em, batch, studies, hubId);
      const answers = batch.map((arrival, index): Accepted => {
        return { outcome: outcomes[index]!, studyId: studies.get(studyKeyOf(arrival))!.id };
      });
      for (const [index, { outcome, studyId }] of answers.entries()) {
        if (outcome !== "revised") continue;
        const detail = { revision: studies.get(studyKeyOf(batch[index]!))!.revision };
        await journal(em, { event: "instance.revised", studyId, detail });
      }
      // those of a study that takes no late instances have changed nothing
      settled = fresh.filter((arrival) => studies.get(studyKeyOf(arrival))!.status === "receiving");
      return answers.map((answer, index): Recorded => {
        const row = rows.get(batch[index]!);
        return row === undefined ? answer : { ...answer, row };
      });
    });
    products.remember(settled);
    return answered;
  }

  /** The study that takes each arrival: the latest part, or a new one where late instances stay apart. */
  async #receivers(
    em: EntityManager,
    parts: ReadonlyMap<string, StudyParts>,
    fresh: readonly Arrival[],
  ): Promise<Map<string, StudyRow>> {
    const studies = new Map<string, StudyRow>();
    for (const [key, own] of parts) {
      const latest = latestOf(own);
      const late = latest.status !== "receiving" && this.#parts.lateInstances === "new-study";
      const first = late ? fresh.find((arrival) => studyKeyOf(arrival) === key) : undefined;
      studies.set(key, first ? await openNextPart(em, own, first) : latest);
    }
    return studies;
  }

  /** Counts what came and, when the study was complete before, makes it a new revision. */
  async #grow(em: EntityManager, study: StudyRow, fresh: readonly Arrival[]): Promise<void> {
    const own = fresh.filter((arrival) => studyKeyOf(arrival) === keyOfRow(study));
    const late = own.length > 0 && study.status !== "receiving";
    if (late && this.#parts.lateInstances === "ignore") {
      const detail = { instances: own.length, revision: study.revision };
      await journal(em, { event: "study.late-instances-ignored", studyId: study.id, detail });
    } else {
      if (late) await this.#revise(em, study);
      await this.#parts.products.settle(em, study, own);
    }
    study.quietSince = raw("now()") as unknown as Date;
    study.instanceCount += own.length;
    study.bytes += own.reduce((sum, { bytes }) => sum + bytes, 0);
    const modalities = new Set([...study.modalities, ...own.map(({ header }) => header.modality)]);
    if (modalities.size > study.modalities.length) study.modalities = [...modalities];
    await em.flush();
    const last = this.#announced.get(study.id) ?? 0;
    if (Date.now() - last < ANNOUNCE_MS) return;
    if (this.#announced.size > 1000) this.#announced.clear();
    this.#announced.set(study.id, Date.now());
    const quietSince = (await quietSinceOf(em, [study.id])).get(study.id) ?? null;
    const { status, instanceCount, revision } = study;
    const patch = { status, instanceCount, revision, quietSince };
    await announce(em, { resource: "study", id: study.id, kind: "updated", studyId: study.id, patch });
  }

  async #revise(em: EntityManager, study: StudyRow): Promise<void> {
    await this.#parts.route.supersede(em, study);
    study.revision += 1;
    study.stableAt = null;
    await setStatus(em, study, "receiving");
    await journal(em, { event: "study.revised", studyId: study.id, detail: { revision: study.revision } });
  }
}

const contentKey = (arrival: Arrival): string => `${studyKeyOf(arrival)} ${arrival.header.sopInstanceUid}`;

/** Checksums that are on record for the SOP instances of a batch, in any part of their study. */
async function knownContents(
  em: EntityManager,
  batch: readonly Arrival[],
  studies: ReadonlyMap<string, StudyParts>,
): Promise<Map<string, Set<string>>> {
  const asked = batch.flatMap((arrival) => {
    const { sopInstanceUid } = arrival.header;
    const parts = studies.get(studyKeyOf(arrival)) ?? [];
    return parts.map(({ id }) => ({
      study_id: id,
      sop_instance_uid: sopInstanceUid,
      key: contentKey(arrival),
    }));
  });
  const rows = await em.execute<{ key: string; sha256: string }[]>(
    `select distinct asked.key, i.sha256 from instance i
       join jsonb_to_recordset(?::jsonb) as asked(study_id uuid, sop_instance_uid text, key text)
      using (study_id, sop_instance_uid)`,
    [JSON.stringify(asked)],
  );
  const known = new Map<string, Set<string>>();
  for (const { key, sha256 } of rows) known.set(key, (known.get(key) ?? new Set()).add(sha256));
  return known;
}

/** @returns the id of each arrival's row */
async function insertInstances(
  em: EntityManager,
  fresh: readonly Arrival[],
  studies: ReadonlyMap<string, StudyRow>,
  hubId: string,
): Promise<Map<Arrival, number>> {
  if (fresh.length === 0) return new Map();
  const rows = fresh.map((arrival) => {
    const study = studies.get(studyKeyOf(arrival))!;
    return { study_id: study.id, revision: study.revision, hub_id: hubId, ...arrivalRow(arrival) };
  });
  const columns = Object.keys(rows[0]!).join(", ");
  const inserted = await em.execute<{ id: string; path: string }[]>(
    `insert into instance (${columns}) select ${columns} from jsonb_to_recordset(?::jsonb) as r(
       study_id uuid, revision int, hub_id uuid, series_instance_uid text, sop_instance_uid text,
       sop_class_uid text, transfer_syntax_uid text, modality text, sha256 text, bytes bigint, path text,
       calling_ae text, called_ae text, remote_address text, tls_identity text)
     returning id, path`,
    [JSON.stringify(rows)],
  );
  // a path is made of the UIDs and the content, and so is unique among what is fresh
  const idOf = new Map(inserted.map(({ id, path }) => [path, Number(id)]));
  return new Map(fresh.map((arrival) => [arrival, idOf.get(arrival.path)!]));
}

async function insertAssociations(
  em: EntityManager,
  batch: readonly Arrival[],
  studies: ReadonlyMap<string, StudyRow>,
  hubId: string,
): Promise<void> {
  const pairs = new Map<string, object>();
  for (const arrival of batch) {
    const studyId = studies.get(studyKeyOf(arrival))!.id;
    const associationId = arrival.association.id;
    pairs.set(`${associationId} ${studyId}`, {
      association_id: associationId,
      study_id: studyId,
      hub_id: hubId,
    });
  }
  await em.execute(
    `insert into open_association (association_id, study_id, hub_id)
       select association_id, study_id, hub_id
         from jsonb_to_recordset(?::jsonb) as r(association_id uuid, study_id uuid, hub_id uuid)
       on conflict do nothing`,
    [JSON.stringify([...pairs.values()])],
  );
}
