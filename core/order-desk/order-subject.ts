// Whose study was processed, as its files say: who ordered can tell when somebody else's came back.
import type { CloudCaller, DeskSubject, OrderReference } from "@thalamus/sdk";
import { Study } from "../database/entities/study.ts";
import type { DeskParts } from "./desk-parts.ts";
import { orderOf } from "./find-order.ts";
import { refused } from "./refusals.ts";

/**
 * NIfTI files name nobody, so for them it is what was announced.
 * @throws DeskRefusal `desk.not-ready` when nothing was taken in
 */
export async function subjectOf(
  { orm }: DeskParts,
  caller: CloudCaller,
  which: OrderReference,
): Promise<DeskSubject> {
  const em = orm.em.fork();
  const order = await orderOf(em, caller, which);
  const study = order.studyId ? await em.findOne(Study, order.studyId) : null;
  if (!study) throw refused("desk.not-ready");
  const { format, studyInstanceUid, patientId, instanceCount: files } = study;
  if (format === "dicom") return { studyUid: studyInstanceUid, patientId, files };
  return { studyUid: order.studyUid ?? studyInstanceUid, patientId: order.patientPseudonym ?? "", files };
}
