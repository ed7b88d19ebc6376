// What deliveries see: the study and the result, read for all that were claimed together.
import type { DeliverStep, ResultView } from "@thalamus/sdk";
import { Artifact, type ArtifactRow, Result, type ResultRow } from "../database/entities/result.ts";
import { Study } from "../database/entities/study.ts";
import { pathFor } from "../files/reader.ts";
import type { ClaimedStep } from "./step-claim.ts";
import { type StudyViewParts, viewStudy } from "./study-view.ts";

type Report = Pick<DeliverStep, "study" | "result">;

/**
 * Reads in three statements, however many deliveries there are; nothing for steps that are none.
 * @returns what a step sees; throws an Error when its rows are gone
 */
export async function readReports(
  parts: StudyViewParts,
  steps: readonly ClaimedStep[],
): Promise<(step: ClaimedStep) => Report> {
  const deliveries = steps.filter(({ phase }) => phase === "deliver");
  const em = parts.orm.em.fork();
  const resultIds = { $in: deliveries.flatMap(({ result }) => result?.id ?? []) };
  const studyIds = { $in: deliveries.map(({ study }) => study.id) };
  const isNone = deliveries.length === 0;
  const studies = isNone ? [] : await em.find(Study, { id: studyIds });
  const results = isNone ? [] : await em.find(Result, { id: resultIds });
  const artifacts = isNone ? [] : await em.find(Artifact, { result: resultIds }, { orderBy: { id: "asc" } });
  return (step) => {
    const study = studies.find(({ id }) => id === step.study.id);
    const result = results.find(({ id }) => id === step.result?.id);
    if (!study || !result) throw new Error("the study or the result of the step is gone");
    const own = artifacts.filter((artifact) => artifact.result.id === result.id);
    return { study: viewStudy(parts, study, step.revision), result: viewResult(parts, result, own) };
  };
}

function viewResult(
  { trees, reader }: StudyViewParts,
  row: ResultRow,
  artifacts: readonly ArtifactRow[],
): ResultView {
  return {
    id: row.id,
    orderId: row.order.id,
    kind: row.kind,
    product: { id: row.productId, version: row.productVersion },
    createdAt: row.createdAt,
    indexes: row.indexes,
    warnings: row.warnings,
    ...(row.error ? { error: row.error } : {}),
    artifacts: artifacts.map(({ name, mediaType, bytes, sha256, path }) => {
      return { name, mediaType, bytes, sha256, path: pathFor(reader, trees, "results", path) };
    }),
  };
}
