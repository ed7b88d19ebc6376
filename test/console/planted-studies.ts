// Studies in every interesting state, written straight into the database of a running hub.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Order, type OrderRow } from "../../core/database/entities/order.ts";
import { Artifact, Result } from "../../core/database/entities/result.ts";
import { Step, type StepRow } from "../../core/database/entities/step.ts";
import { Study, type StudyRow } from "../../core/database/entities/study.ts";
import { journal } from "../../core/observe/journal.ts";
import type { OrderStatus, StudyStatus } from "../../core/studies/transitions.ts";
import { tinyPdf, tinyPng } from "./tiny-files.ts";

/** No screen, address, title or storage may show these before somebody asks for them. */
export const PATIENT = {
  patientName: "KANARIENVOGEL^CARLA",
  patientId: "CANARY-4711",
  patientBirthDate: "19611224",
  patientSex: "F",
  patientAge: "064Y",
  accessionNumber: "ACC-CANARY-0815",
  studyDate: "20261123",
  studyDescription: "CANARY BRAIN",
} as const;

const MINUTE = 60_000;
export const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE);

/** @param minutes how long ago it came */
export function plantStudy(
  em: EntityManager,
  status: StudyStatus,
  minutes: number,
  facts: Partial<StudyRow> = {},
): StudyRow {
  const stable = status !== "receiving";
  return em.create(Study, {
    id: randomUUID(),
    studyInstanceUid: `2.25.${BigInt(`0x${randomUUID().replaceAll("-", "")}`)}`,
    status,
    statusSince: ago(minutes / 3),
    receivedAt: ago(minutes),
    // the hub under test must not find it quiet
    quietSince: stable ? ago(minutes) : new Date(Date.now() + 60 * MINUTE),
    stableAt: stable ? ago(minutes - 1) : null,
    callingAe: "PACS1",
    seriesCount: stable ? 3 : 0,
    instanceCount: 195,
    bytes: 51_380_224,
    modalities: ["MR"],
    ...PATIENT,
    ...facts,
  });
}

export function plantOrder(em: EntityManager, study: StudyRow, status: OrderStatus): OrderRow {
  return em.create(Order, { id: randomUUID(), study, revision: 1, product: "dti-metrics", status });
}

type StepFacts = Partial<StepRow> & Pick<StepRow, "phase" | "target" | "state">;

export function plantStep(em: EntityManager, study: StudyRow, facts: StepFacts): StepRow {
  const settled = !["ready", "claimed", "acting"].includes(facts.state);
  const times = { claimedAt: ago(3), settledAt: settled ? ago(2) : null };
  return em.create(Step, { id: randomUUID(), study, revision: 1, attempt: 1, ...times, ...facts });
}

/** Files of a result by name: media type, extension, content. */
export type ResultFiles = Readonly<Record<string, readonly [string, string, Buffer]>>;

/** What stands on each page of the report. */
const REPORT_PAGES = ["Diffusion metrics", "White matter", "Grey and white matter"];

export const DIAGNOSTIC_FILES: ResultFiles = {
  report: ["application/pdf", "pdf", tinyPdf(...REPORT_PAGES)],
  preview: ["image/png", "png", tinyPng(595, 842)],
  data: ["application/json", "json", Buffer.from('{"FA":0.41}\n')],
};

interface PlantedResult {
  readonly error?: { code: string; message: string };
  readonly files: ResultFiles;
  readonly indexes?: { name: string; value: number | null; unit: string }[];
  readonly minutes?: number;
}

export function plantResult(em: EntityManager, order: OrderRow, tree: string, planted: PlantedResult) {
  const id = randomUUID();
  const result = em.create(Result, {
    id,
    order,
    kind: planted.error ? "failure" : "diagnostic",
    productId: order.product,
    productVersion: "1.0.0",
    indexes: planted.indexes ?? [],
    error: planted.error ?? null,
    createdAt: ago(planted.minutes ?? 2),
  });
  mkdirSync(join(tree, id), { recursive: true });
  for (const [name, [mediaType, extension, content]] of Object.entries(planted.files)) {
    const path = join(id, `${name.replaceAll("/", "-")}.${extension}`);
    writeFileSync(join(tree, path), content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    em.create(Artifact, { result, name, mediaType, bytes: content.length, sha256, path });
  }
  return result;
}

/** Tells the story of a study as the hub would have written it. */
export async function plantJournal(em: EntityManager, study: StudyRow, events: readonly string[]) {
  for (const event of events) {
    const detail = { target: "qc-dicom", attempt: 1, instances: 195, series: 3 };
    await journal(em, { event, studyId: study.id, detail });
  }
}
