// Builds what a plugin sees of a step, from its rows.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import {
  type CheckStep,
  type DeliverStep,
  Phi,
  type ProcessStep,
  type ReceivedStudy,
  type ResultView,
  type StepBase,
  type StoredInstance,
  type StudyIdentity,
  Transient,
} from "@thalamus/sdk";
import { Order } from "../database/entities/order.ts";
import { Artifact, Result } from "../database/entities/result.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { roleOf } from "../intake/instance-path.ts";
import type { ClaimedStep } from "./ledger.ts";

export type AnyStep = CheckStep | ProcessStep | DeliverStep;

export interface ViewParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
}

/** What the runner lends a step: its signal and its way to the ledger. */
export type StepHandle = Pick<StepBase, "signal" | "acting" | "progress">;

/** Folder of one try of a step: whoever tries again has another one, also while the first one is cleared away. */
export const workspaceOf = (
  trees: FileTrees,
  { id, claimToken }: Pick<ClaimedStep, "id" | "claimToken">,
): string => join(trees.work, `${id}.${claimToken}`);

export async function viewStep(parts: ViewParts, row: ClaimedStep, handle: StepHandle): Promise<AnyStep> {
  const em = parts.orm.em.fork();
  const study = await em.findOneOrFail(Study, row.study.id);
  const folder = workspaceOf(parts.trees, row);
  const workspace = async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(noFolder);
    return folder;
  };
  const viewed = viewStudy(parts, study, row.revision);
  const base = { id: row.id, attempt: row.attempt, study: viewed, workspace, ...handle };
  switch (row.phase) {
    case "check":
      return base;
    case "process": {
      const { id, product, params } = await em.findOneOrFail(Order, row.order!.id);
      return { ...base, order: { id, product, params } };
    }
    case "deliver":
      return { ...base, result: await viewResult(parts, em, row.result!.id) };
  }
}

/** A study as plugins see it. */
export function viewStudy({ orm, trees }: ViewParts, row: StudyRow, revision: number): ReceivedStudy {
  return {
    id: row.id,
    revision,
    format: row.format,
    supplied: Object.keys(row.valuesFrom).filter((field) => field !== "studyName") as (keyof StudyIdentity)[],
    identity: new Phi({
      patientName: row.patientName,
      patientId: row.patientId,
      issuerOfPatientId: row.issuerOfPatientId,
      patientBirthDate: row.patientBirthDate,
      patientSex: row.patientSex,
      patientAge: row.patientAge,
      accessionNumber: row.accessionNumber,
      studyInstanceUid: row.studyInstanceUid,
      studyId: row.studyId,
      studyDate: row.studyDate,
      studyTime: row.studyTime,
      studyDescription: row.studyDescription,
      referringPhysicianName: row.referringPhysicianName,
    }),
    instances: () => instancesOf(orm.em.fork(), trees, row.id, revision).catch(tryLater),
  };
}

/** The database is away: no fault of the plugin that asks. */
function tryLater(): never {
  throw new Transient("step.unreadable", "The instances of the study could not be read.");
}

/** The disk is full, or away: it may pass, and is no fault of the plugin either. */
function noFolder({ code }: NodeJS.ErrnoException): never {
  throw new Transient("step.unreadable", `The folder of the step could not be made (${code ?? "unknown"}).`);
}

interface InstanceSight {
  readonly sop_class_uid: string;
  readonly sop_instance_uid: string;
  readonly series_instance_uid: string;
  readonly transfer_syntax_uid: string;
  readonly modality: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly path: string;
}

/** Of an instance that came with several contents, the last one that came counts. */
async function instancesOf(
  em: EntityManager,
  trees: FileTrees,
  studyId: string,
  revision: number,
): Promise<StoredInstance[]> {
  const rows = await em.execute<InstanceSight[]>(
    `select * from (
       select distinct on (sop_instance_uid) * from instance
        where study_id = ? and revision <= ? order by sop_instance_uid, id desc) latest
     order by series_instance_uid, sop_instance_uid`,
    [studyId, revision],
  );
  return rows.map((row) => ({
    role: roleOf(row.path),
    sopClassUid: row.sop_class_uid,
    sopInstanceUid: row.sop_instance_uid,
    seriesInstanceUid: row.series_instance_uid,
    transferSyntaxUid: row.transfer_syntax_uid,
    modality: row.modality,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    path: join(trees.received, row.path),
  }));
}

async function viewResult({ trees }: ViewParts, em: EntityManager, id: string): Promise<ResultView> {
  const row = await em.findOneOrFail(Result, id);
  const artifacts = await em.find(Artifact, { result: id }, { orderBy: { id: "asc" } });
  return {
    id,
    orderId: row.order.id,
    kind: row.kind,
    product: { id: row.productId, version: row.productVersion },
    createdAt: row.createdAt,
    artifacts: artifacts.map(({ name, mediaType, bytes, sha256, path }) => {
      return { name, mediaType, bytes, sha256, path: join(trees.results, path) };
    }),
  };
}
