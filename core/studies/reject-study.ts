// A person ends a study that a check holds: its orders fail, each with a report that says why.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { Route } from "../steps/route.ts";
import { STEP_MOVES, type StepState } from "../steps/step-state.ts";

export interface Rejection {
  readonly studyId: string;
  /** For the journal; nothing about the patient. */
  readonly reason: string;
  readonly actor: string;
}

export type RejectionAnswer = "rejected" | "no-study" | "not-held";

/** The reports are made afterwards, from the rows: see failure-reports.ts. */
export function rejectStudy(orm: MikroORM, route: Route, rejection: Rejection): Promise<RejectionAnswer> {
  const { studyId, reason, actor } = rejection;
  return orm.em.fork().transactional(async (em) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE as const };
    // the study first, then its steps: one order of locks for everybody
    const study = await em.findOne(Study, studyId, lock);
    if (!study) return "no-study";
    const where = { study: study.id, revision: study.revision, state: "held" as const };
    const held = await em.find(Step, where, lock);
    if (study.status !== "held" || held.length === 0) return "not-held";
    const checks = held.map(({ target }) => target);
    await journal(em, { event: "study.rejected", studyId, actor, detail: { reason, checks } });
    for (const step of held) await reject(em, step);
    await route.failOrders(em, study);
    await route.advance(em, study);
    return "rejected";
  });
}

async function reject(em: EntityManager, step: StepRow): Promise<void> {
  const from: StepState = step.state;
  if (!STEP_MOVES[from].includes("rejected")) throw new Error("a held step that cannot be rejected");
  const lines = step.outcome?.kind === "held" ? step.outcome.lines : [];
  const message = "The study was held here, and a person ended it.";
  step.state = "rejected";
  step.outcome = { kind: "rejected", code: "study.rejected", message, lines };
  step.settledAt = new Date();
  await em.flush();
  const studyId = step.study.id;
  const detail = { target: step.target, code: "study.rejected" };
  await journal(em, { event: "step.rejected", studyId, stepId: step.id, detail });
  const patch = { state: step.state, target: step.target };
  await announce(em, { resource: "step", id: step.id, kind: "updated", studyId, patch });
}
