// The guard against wrong patients: a result from outside is kept only when order, study and pseudonym agree.
import type { EntityManager } from "@mikro-orm/postgresql";
import { Permanent, type ResultSubject } from "@thalamus/sdk";
import { DeidentifiedStudy } from "../database/entities/deidentified-study.ts";
import { Order } from "../database/entities/order.ts";
import type { RESULT_REFUSALS } from "../observe/core-metrics.ts";
import { journal } from "../observe/journal.ts";

export type ResultRefusal = (typeof RESULT_REFUSALS)[number];

/** What somebody outside says that a result belongs to. */
export interface ResultClaim extends ResultSubject {
  readonly orderId: string;
}

/** The study inside the house that a result belongs to. */
export interface MatchedResult {
  readonly studyId: string;
  readonly copyId: string;
  readonly revision: number;
}

/**
 * Finds the study of a result that came from outside. The copy that the order was made with decides: the newest copy
 * may be another patient's, after a patient ID was corrected.
 * @throws ResultMismatch when anything does not agree; without any value in it
 */
export async function matchResult(em: EntityManager, claim: ResultClaim): Promise<MatchedResult> {
  const order = await em.findOne(Order, claim.orderId);
  if (!order)
    throw new ResultMismatch("result.unknown-order", "The result is for an order that is not there.");
  const { revision } = order;
  const studyId = order.study.id;
  const copy = await em.findOne(
    DeidentifiedStudy,
    { study: studyId, revision },
    { populate: ["patient", "pseudonym"] },
  );
  const where = { studyId, detail: { order: claim.orderId, revision } };
  if (!copy) {
    throw new ResultMismatch("result.no-copy", "The order's study was never de-identified.", where);
  }
  const agrees = {
    study: copy.pseudonym.studyInstanceUid === claim.studyInstanceUid,
    patient: copy.patient.pseudonym === claim.patientPseudonym,
  };
  if (agrees.study && agrees.patient) return { studyId, copyId: copy.id, revision };
  const wrong = [agrees.study ? [] : "study", agrees.patient ? [] : "patient"].flat();
  throw new ResultMismatch(
    "result.wrong-patient",
    `The result names another ${wrong.join(" and another ")} than the copy that its order sent out.`,
    { ...where, detail: { ...where.detail, wrong } },
  );
}

/** A result that is nobody's here, or somebody else's. */
export class ResultMismatch extends Permanent {
  declare readonly code: ResultRefusal;
  readonly studyId: string | undefined;
  /** Ids and names of fields. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: ResultRefusal,
    message: string,
    where: { studyId?: string; detail?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(code, message);
    this.studyId = where.studyId;
    this.detail = where.detail ?? {};
  }
}

/** Puts a refused result on record; a person should look at the other side. */
export async function journalMismatch(
  em: EntityManager,
  stepId: string,
  refused: ResultMismatch,
): Promise<void> {
  const { studyId, code, detail } = refused;
  const where = studyId === undefined ? {} : { studyId };
  await journal(em, { event: "result.refused", ...where, stepId, detail: { code, ...detail } });
}
