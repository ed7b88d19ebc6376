// Turns rows of the database into what screens may see: no value that identifies a patient.
import type { CheckLine, Outcome } from "@thalamus/sdk";
import type { Static } from "typebox";
import type { JournalRow } from "../database/entities/journal-entry.ts";
import type { OrderRow as OrderEntity } from "../database/entities/order.ts";
import type { ArtifactRow, ResultRow as ResultEntity } from "../database/entities/result.ts";
import type { StepRow as StepEntity } from "../database/entities/step.ts";
import type { StudyRow as StudyEntity } from "../database/entities/study.ts";
import type { QueuePlace } from "../steps/queue-places.ts";
import type { OwnWork } from "../studies/own-work.ts";
import type { ResultSight } from "../studies/result-list.ts";
import type { StudyLine } from "../studies/study-list.ts";
import {
  type CheckLineRow,
  type OrderRow,
  PHI_FIELDS,
  type ResultRow,
  type StepRow,
  type StudyRow,
  type TimelineEntry,
} from "./schemas.ts";

const iso = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

/** Names of the fields that identify the patient and hold a value. */
const phiOf = (study: StudyEntity) => PHI_FIELDS.filter((field) => study[field] !== "");

/** @param own what of its work who asks has begun */
export function studyRow(
  { study, running, products, resultId, quietSince }: StudyLine,
  own: OwnWork | undefined,
): Static<typeof StudyRow> {
  return {
    id: study.id,
    revision: study.revision,
    part: study.part,
    lateOf: study.lateOf ?? null,
    status: study.status,
    statusSince: study.statusSince.toISOString(),
    qc: study.qc,
    products: [...products],
    resultId: resultId ?? null,
    receivedAt: study.receivedAt.toISOString(),
    stableAt: iso(study.stableAt),
    quietSince: quietSince ?? null,
    source: study.callingAe,
    format: study.format,
    valuesFrom: study.valuesFrom as Static<typeof StudyRow>["valuesFrom"],
    seriesCount: study.seriesCount,
    instanceCount: study.instanceCount,
    bytes: study.bytes,
    modalities: study.modalities,
    groupId: study.group?.id ?? null,
    phi: phiOf(study),
    own: own ?? null,
    progress: running?.progress ?? null,
    stage: running?.stage ?? null,
  };
}

export const checkLineRow = ({ series = [], ...line }: CheckLine): Static<typeof CheckLineRow> => ({
  ...line,
  series: [...series],
});

export function stepRow(step: StepEntity, queue?: QueuePlace): Static<typeof StepRow> {
  const { outcome } = step;
  const problem = outcome && "code" in outcome ? outcome : undefined;
  const judged = outcome?.kind === "passed" || outcome?.kind === "held" ? outcome : undefined;
  const lines = linesOf(outcome);
  return {
    id: step.id,
    phase: step.phase,
    target: step.target,
    revision: step.revision,
    orderId: step.order?.id ?? null,
    queue: queue ? { ...queue } : null,
    resultId: step.result?.id ?? null,
    state: step.state,
    attempt: step.attempt,
    progress: step.progress ?? null,
    stage: step.stage ?? null,
    createdAt: step.createdAt.toISOString(),
    claimedAt: iso(step.claimedAt),
    settledAt: iso(step.settledAt),
    notBefore: iso(step.notBefore),
    code: problem?.code ?? null,
    message: problem?.message ?? (outcome?.kind === "skipped" ? outcome.reason : null),
    lines: lines.map(checkLineRow),
    rules: judged?.rules ?? null,
    bypass:
      judged?.kind === "passed" && judged.bypass
        ? { ...judged.bypass, lines: [...judged.bypass.lines] }
        : null,
  };
}

function linesOf(outcome: Outcome | null | undefined): readonly CheckLine[] {
  if (outcome?.kind === "transformed") return outcome.copy.lines;
  return outcome && "lines" in outcome ? (outcome.lines ?? []) : [];
}

/** Names of artifacts that are the report itself, in one format or the other; each format is there once. */
const REPORT_ITSELF: readonly string[] = ["report", "preview", "summary", "data", "xml"];

/** `{order_id}_{report|failure}.{ext}`: tells results apart without telling whose they are; other files say what they are. */
export function downloadName(result: ResultEntity, artifact: ArtifactRow): string {
  const kind = result.kind === "diagnostic" ? "report" : "failure";
  const file = artifact.path.split("/").at(-1)!;
  const what = REPORT_ITSELF.includes(artifact.name) ? "" : `_${artifact.name.replaceAll("/", "-")}`;
  return `${result.order.id}_${kind}${what}${file.slice(file.indexOf("."))}`;
}

export function resultRow({ result, artifacts, deliveries }: ResultSight): Static<typeof ResultRow> {
  return {
    id: result.id,
    orderId: result.order.id,
    studyId: result.order.study.id,
    revision: result.order.revision,
    kind: result.kind,
    phi: phiOf(result.order.study as StudyEntity),
    product: result.productId,
    productVersion: result.productVersion,
    orderStatus: result.order.status,
    createdAt: result.createdAt.toISOString(),
    warnings: result.warnings,
    error: result.error ?? null,
    indexes: result.indexes,
    artifacts: artifacts.map((artifact) => {
      const { name, mediaType, bytes, sha256 } = artifact;
      return { name, mediaType, bytes, sha256, fileName: downloadName(result, artifact) };
    }),
    deliveries: deliveries.map(({ target, state, attempt }) => ({ target, state, attempt })),
  };
}

export function orderRow(order: OrderEntity): Static<typeof OrderRow> {
  const { id, product, revision, status } = order;
  return {
    id,
    product,
    revision,
    status,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

export function timelineEntry(entry: JournalRow): Static<typeof TimelineEntry> {
  const { id, at, event, actor, stepId, detail } = entry;
  return { id: String(id), at: at.toISOString(), event, actor, stepId: stepId ?? null, detail };
}
