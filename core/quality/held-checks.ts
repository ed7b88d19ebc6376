// What a person can do about a study that its checks hold: let it pass with a reason, or have it checked again.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { Bypass, CheckLine, Outcome } from "@thalamus/sdk";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { Route } from "../steps/route.ts";
import type { StepQueue } from "../steps/step-queue.ts";
import { STEP_MOVES, type StepState } from "../steps/step-state.ts";
import { assertMove } from "../studies/transitions.ts";
import { namesPatient } from "./names-patient.ts";
import { QualityRefusal } from "./quality-refusal.ts";

export interface HeldChecksParts {
  readonly orm: MikroORM;
  readonly queue: Pick<StepQueue, "enqueue">;
  readonly route: Pick<Route, "advance">;
}

export class HeldChecks {
  readonly #parts: HeldChecksParts;

  constructor(parts: HeldChecksParts) {
    this.#parts = parts;
  }

  /** The lines that a bypass of the step would let pass. @throws QualityRefusal */
  async failedLines(stepId: string): Promise<readonly CheckLine[]> {
    const step = await this.#parts.orm.em.fork().findOne(Step, stepId);
    return failed(heldLines(step));
  }

  /**
   * the step is done, its failed lines are marked as bypassed, and the study goes on.
   * @param reason 10 to 500 characters; kept in the journal
   * @throws QualityRefusal when the step is no held check, or the reason names the patient
   */
  async bypass(stepId: string, by: string, reason: string): Promise<StepRow> {
    return this.#parts.orm.em.fork().transactional(async (em) => {
      const { study, step } = await lockStep(em, stepId);
      await this.#letPass(em, study, [step], by, reason);
      return step;
    });
  }

  /** the same for each check that holds the newest revision of a study. @throws QualityRefusal */
  async bypassAll(studyId: string, by: string, reason: string): Promise<readonly StepRow[]> {
    return this.#parts.orm.em.fork().transactional(async (em) => {
      const study = await lockStudy(em, studyId);
      const where = { study: studyId, revision: study.revision, phase: "check", state: "held" } as const;
      const steps = await em.find(Step, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (steps.length === 0) throw notHeld();
      await this.#letPass(em, study, steps, by, reason);
      return steps;
    });
  }

  async #letPass(em: EntityManager, study: StudyRow, steps: readonly StepRow[], by: string, reason: string) {
    if (namesPatient(reason, study)) {
      const message = "The reason holds a value that identifies the patient. Say it without.";
      throw new QualityRefusal("qc.reason-names-patient", message, "invalid");
    }
    for (const step of steps) {
      const lines = heldLines(step);
      if (step.revision !== study.revision) throw notHeld();
      const ids = failed(lines).map(({ id }) => id);
      step.outcome = bypassed(step.outcome, { by, at: new Date().toISOString(), reason, lines: ids });
      step.settledAt = new Date();
      moveTo(step, "done");
      await em.flush();
      await tell(em, step, "step.bypassed", by, { reason, lines: ids });
    }
    await this.#parts.route.advance(em, study);
  }

  /**
   * Has the checks of a study run again that hold it or were given up, with what is known and set now.
   * @returns how many
   * @throws QualityRefusal when there are none
   */
  async runAgain(studyId: string, by: string): Promise<number> {
    const { orm, queue, route } = this.#parts;
    return orm.em.fork().transactional(async (em) => {
      const study = await lockStudy(em, studyId);
      const state: StepState[] = ["held", "rejected"];
      const where = { study: studyId, revision: study.revision, phase: "check", state } as const;
      const steps = await em.find(Step, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (steps.length === 0) throw notHeld();
      for (const step of steps) {
        moveTo(step, "ready");
        Object.assign(step, { attempt: 0, outcome: null, settledAt: null, notBefore: null });
        await em.flush();
        await queue.enqueue(em, step);
        await tell(em, step, "step.run-again", by, {});
      }
      await route.advance(em, study);
      return steps.length;
    });
  }
}

async function lockStudy(em: EntityManager, studyId: string): Promise<StudyRow> {
  const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!study) throw new QualityRefusal("api.not-found", "There is no such study.", "not-found");
  return study;
}

/** The study first, then the step: one order of locks for everybody. */
async function lockStep(em: EntityManager, stepId: string): Promise<{ study: StudyRow; step: StepRow }> {
  const found = await em.findOne(Step, stepId);
  if (!found) throw noSuchStep();
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const study = await em.findOneOrFail(Study, found.study.id, { lockMode, refresh: true });
  const step = await em.findOneOrFail(Step, stepId, { lockMode, refresh: true });
  return { study, step };
}

function heldLines(step: StepRow | null): readonly CheckLine[] {
  if (!step) throw noSuchStep();
  if (step.phase !== "check" || step.state !== "held" || step.outcome?.kind !== "held") throw notHeld();
  return step.outcome.lines;
}

const failed = (lines: readonly CheckLine[]) => lines.filter(({ verdict }) => verdict === "fail");

function bypassed(outcome: Outcome | null | undefined, bypass: Bypass): Outcome {
  if (outcome?.kind !== "held") throw notHeld();
  const lines = outcome.lines.map((line) =>
    line.verdict === "fail" ? { ...line, verdict: "bypassed" as const } : line,
  );
  return { kind: "passed", lines, ...(outcome.rules ? { rules: outcome.rules } : {}), bypass };
}

const noSuchStep = () => new QualityRefusal("api.not-found", "There is no such step.", "not-found");
const notHeld = () =>
  new QualityRefusal("qc.not-held", "No check holds this study now. Look at its newest revision.");

function moveTo(step: StepRow, to: StepState): void {
  assertMove(STEP_MOVES, step.state, to);
  step.state = to;
}

async function tell(em: EntityManager, step: StepRow, event: string, actor: string, detail: object) {
  const { id, target, state, attempt } = step;
  const studyId = step.study.id;
  await journal(em, { event, studyId, stepId: id, actor, detail: { target, ...detail } });
  const patch = { state, attempt, target };
  await announce(em, { resource: "step", id, kind: "updated", studyId, patch });
}
