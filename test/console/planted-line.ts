// One study at each stop of the line, with its steps, result and story.
import { randomUUID } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { StudyRow } from "../../core/database/entities/study.ts";
import { StudyGroup } from "../../core/database/entities/study-group.ts";
import {
  DIAGNOSTIC_FILES,
  plantJournal,
  plantOrder,
  plantResult,
  plantStep,
  plantStudy,
} from "./planted-studies.ts";

export interface Planted {
  readonly processing: StudyRow;
  /** Id of the step that works on `processing`. */
  readonly step: string;
  readonly held: StudyRow;
  /** Its result reached one destination of two. */
  readonly delivered: StudyRow;
  /** Id of the result of `delivered`. */
  readonly result: string;
}

const FAILED_CHECK = {
  id: "A-302",
  title: "DTI/DWI detection",
  verdict: "fail",
  found: "3 directions",
  wanted: "At least 6 diffusion directions",
  howToFix: "Send the original diffusion series.",
} as const;

const REFUSED = {
  kind: "rejected",
  code: "deliver.dicom.refused",
  message: "The archive refused the association.",
} as const;

export async function plantEverything(em: EntityManager, resultsTree: string): Promise<Planted> {
  em.create(StudyGroup, {
    id: randomUUID(),
    name: "Trial 7",
    products: ["dti-metrics"],
    fileName: "{group_name} {date}",
  });
  const processing = plantStudy(em, "processing", 6);
  const order = plantOrder(em, processing, "processing");
  const work = { phase: "process", target: "local-processing", state: "claimed", order } as const;
  const step = plantStep(em, processing, { ...work, progress: 0.42, stage: "tensor" });

  const held = plantStudy(em, "held", 24);
  const outcome = { kind: "held", lines: [FAILED_CHECK] } as const;
  plantStep(em, held, { phase: "check", target: "qc-dicom", state: "held", outcome });

  const failed = plantStudy(em, "failed", 52);
  const error = { code: "product.unsuitable", message: "The series has fewer than 6 diffusion directions." };
  plantResult(em, plantOrder(em, failed, "failed"), resultsTree, { error, files: {}, minutes: 3 });

  const delivered = plantStudy(em, "undelivered", 95);
  const done = plantOrder(em, delivered, "undelivered");
  const indexes = [{ name: "wm.FA.mean", value: 0.4123, unit: "1" }];
  const result = plantResult(em, done, resultsTree, { files: DIAGNOSTIC_FILES, indexes });
  const links = { order: done, result };
  plantStep(em, delivered, { phase: "deliver", target: "pacs-pdf", state: "done", ...links });
  const given = { attempt: 5, outcome: REFUSED, ...links };
  plantStep(em, delivered, { phase: "deliver", target: "pacs-sr", state: "rejected", ...given });
  await em.flush();
  await plantJournal(em, held, [
    "study.appeared",
    "study.stable",
    "study.checking",
    "step.claimed",
    "step.held",
  ]);
  return { processing, step: step.id, held, delivered, result: result.id };
}
