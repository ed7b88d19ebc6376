// What a person can do about steps: try again, deliver once more, say what became of one, cancel.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Result, type ResultRow } from "../database/entities/result.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { doubtOf, recordReceipts } from "../deliveries/receipts.ts";
import { type OrderAnswer, type OrderRequest, orderProduct } from "../studies/order-product.ts";
import { cancelOpenSteps, cancelOwnWork, type Owner, tellAct } from "./cancel-work.ts";
import type { Route } from "./route.ts";
import { move } from "./step-claim.ts";
import type { StepQueue } from "./step-queue.ts";
import { isSettled, type StepState } from "./step-state.ts";
import { dropWithdrawal } from "./withdrawals.ts";

export interface ActionParts {
  readonly orm: MikroORM;
  readonly queue: StepQueue;
  readonly route: Route;
}

/** What a person found out about a step whose end was unknown. */
export type Finding = "arrived" | "again" | "give-up";

/** `again`: the same step, with the same key; `anew`: another step, since the first one is done. */
export interface Resent {
  readonly target: string;
  readonly stepId: string;
  readonly what: "again" | "anew" | "under-way";
}

/** From these a step can be tried again as it is. */
const AGAIN: readonly StepState[] = ["rejected", "cancelled", "unknown"];

export class StepActions {
  readonly #parts: ActionParts;

  constructor(parts: ActionParts) {
    this.#parts = parts;
  }

  /**
   * Gives a step that was given up or cancelled its tries back.
   * @returns false when it is in another state, or the other side is just being told that it is off
   */
  async retry(stepId: string, actor: string): Promise<boolean | undefined> {
    return this.#onStep(stepId, async (em, study, row) => {
      if (row.state !== "rejected" && row.state !== "cancelled") return false;
      if (row.revision !== study.revision || !(await dropWithdrawal(em, row.id))) return false;
      await this.#again(em, row, "step.retried-by-hand", actor);
      return true;
    });
  }

  /**
   * Gives everything of a study its tries back that was given up or cancelled at its newest revision.
   * @returns how many steps; undefined when there is no such study
   */
  async retryStudy(studyId: string, actor: string): Promise<number | undefined> {
    const { orm, route } = this.#parts;
    return orm.em.fork().transactional(async (em) => {
      const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!study) return undefined;
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { createdAt: "asc" } } as const;
      const rows = await em.find(Step, { study: studyId, revision: study.revision }, lock);
      let begun = 0;
      for (const row of newestOfEach(rows)) {
        if (row.state !== "rejected" && row.state !== "cancelled") continue;
        if (!(await dropWithdrawal(em, row.id))) continue;
        await this.#again(em, row, "step.retried-by-hand", actor);
        begun += 1;
      }
      if (begun > 0) await route.advance(em, study);
      return begun;
    });
  }

  /** Ends the doubt about a step that was interrupted while it acted. @returns false when there is none */
  async resolve(stepId: string, finding: Finding, actor: string): Promise<boolean | undefined> {
    return this.#onStep(stepId, async (em, _study, row) => {
      if (row.state !== "unknown") return false;
      if (finding === "again") {
        await this.#again(em, row, "step.retried-by-hand", actor);
        return true;
      }
      const arrived = finding === "arrived";
      move(row, arrived ? "done" : "rejected");
      row.outcome = arrived
        ? { kind: "delivered", receipt: { confirmedBy: actor } }
        : {
            kind: "rejected",
            code: "step.given-up",
            message: "A person gave it up after it was interrupted.",
          };
      row.settledAt = new Date();
      await em.flush();
      await recordReceipts(em, [doubtOf(row, arrived ? "delivered" : "failed", { confirmedBy: actor })]);
      await tellAct(em, row, arrived ? "step.confirmed" : "step.given-up", actor);
      return true;
    });
  }

  /**
   * Delivers a result once more.
   * @param targets names of destinations
   * @returns undefined when there is no such result
   */
  async resend(resultId: string, targets: readonly string[], actor: string): Promise<Resent[] | undefined> {
    const { orm, route } = this.#parts;
    return orm.em.fork().transactional(async (em) => {
      const result = await em.findOne(Result, resultId, { populate: ["order"] });
      if (!result) return undefined;
      const study = await lockStudy(em, result.order.study.id);
      const resent: Resent[] = [];
      for (const target of targets) resent.push(await this.#resendTo(em, study, result, target, actor));
      await route.advance(em, study);
      return resent;
    });
  }

  async #resendTo(
    em: EntityManager,
    study: StudyRow,
    result: ResultRow,
    target: string,
    actor: string,
  ): Promise<Resent> {
    const where = { result: result.id, target, phase: "deliver" as const };
    const latest = await em.findOne(Step, where, { orderBy: { createdAt: "desc" } });
    if (latest && !isSettled(latest.state)) return { target, stepId: latest.id, what: "under-way" };
    if (latest && AGAIN.includes(latest.state)) {
      await this.#again(em, latest, "step.retried-by-hand", actor);
      return { target, stepId: latest.id, what: "again" };
    }
    const step = em.create(Step, {
      id: randomUUID(),
      study,
      revision: result.order.revision,
      phase: "deliver",
      target,
      order: result.order.id,
      result: result.id,
    });
    await em.flush();
    await this.#parts.queue.enqueue(em, step);
    await tellAct(em, step, "step.opened-by-hand", actor);
    return { target, stepId: step.id, what: "anew" };
  }

  /** Orders a product for a study, also one that was run before. */
  order(request: OrderRequest): Promise<OrderAnswer> {
    const { orm, route } = this.#parts;
    return orderProduct(orm, route, request);
  }

  /** Ends all that is open for a study. @returns how many steps; undefined when there is no such study */
  async cancelStudy(studyId: string, actor: string): Promise<number | undefined> {
    const { orm, route } = this.#parts;
    return orm.em.fork().transactional(async (em) => {
      const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
      return study ? cancelOpenSteps(em, route, study, actor) : undefined;
    });
  }

  /** The same of what an account has begun: all of a study that it uploaded, else the orders that it made. */
  cancelOwn(studyId: string, owner: Owner): Promise<number | "no-study" | "not-own"> {
    const { orm, route } = this.#parts;
    return cancelOwnWork(orm, route, studyId, owner);
  }

  /** @returns undefined when there is no such step */
  async #onStep<T>(
    stepId: string,
    act: (em: EntityManager, study: StudyRow, row: StepRow) => Promise<T>,
  ): Promise<T | undefined> {
    const { orm, route } = this.#parts;
    return orm.em.fork().transactional(async (em) => {
      const found = await em.findOne(Step, stepId);
      if (!found) return undefined;
      // the study first, then the step: one order of locks for everybody
      const study = await lockStudy(em, found.study.id);
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
      const done = await act(em, study, await em.findOneOrFail(Step, stepId, lock));
      await route.advance(em, study);
      return done;
    });
  }

  async #again(em: EntityManager, row: StepRow, event: string, actor: string): Promise<void> {
    move(row, "ready");
    row.attempt = 0;
    row.round += 1;
    row.waitingSince = null;
    row.sentAt = null;
    row.settledAt = null;
    row.notBefore = null;
    row.progress = null;
    row.stage = null;
    await em.flush();
    await this.#parts.queue.enqueue(em, row);
    await tellAct(em, row, event, actor);
  }
}

/** A delivery that was made anew counts instead of the one before. @param rows oldest first */
const newestOfEach = (rows: readonly StepRow[]): StepRow[] => [
  ...new Map(
    rows.map((row) => [[row.phase, row.target, row.order?.id, row.result?.id].join(" "), row]),
  ).values(),
];

const lockStudy = (em: EntityManager, id: string): Promise<StudyRow> =>
  em.findOneOrFail(Study, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
