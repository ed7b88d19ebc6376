// A person calls work off: all of a study, or what they began themselves.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Order } from "../database/entities/order.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { ownWorkOf } from "../studies/own-work.ts";
import type { Route } from "./route.ts";
import { move } from "./step-claim.ts";
import type { StepState } from "./step-state.ts";
import { recordWithdrawals } from "./withdrawals.ts";

export interface Owner {
  /** As the journal names them. */
  readonly name: string;
  readonly accountId: string;
}

const OPEN: StepState[] = ["ready", "claimed", "acting", "held"];

/**
 * Ends what waits or runs. The caller holds the lock on the study.
 * @param orders only these; all work of the study when left out
 * @returns how many steps
 */
export async function cancelOpenSteps(
  em: EntityManager,
  route: Pick<Route, "advance">,
  study: StudyRow,
  actor: string,
  orders?: readonly string[],
): Promise<number> {
  const where = { study: study.id, state: OPEN, ...(orders ? { order: { $in: [...orders] } } : {}) };
  const open = await em.find(Step, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
  for (const row of open) {
    move(row, "cancelled");
    row.claimToken = null;
    row.hubId = null;
    row.settledAt = new Date();
    row.waitingSince = null;
    await em.flush();
    await tellAct(em, row, "step.cancelled", actor);
  }
  await recordWithdrawals(
    em,
    open.filter(({ phase }) => phase === "process").map(({ id }) => id),
  );
  await route.advance(em, study);
  return open.length;
}

/** What somebody else began is not touched. */
export async function cancelOwnWork(
  orm: MikroORM,
  route: Pick<Route, "advance">,
  studyId: string,
  { accountId, name }: Owner,
): Promise<number | "no-study" | "not-own"> {
  return orm.em.fork().transactional(async (em) => {
    const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!study) return "no-study";
    const own = (await ownWorkOf(em, [studyId], accountId)).get(studyId);
    if (own === undefined) return "not-own";
    if (own === "all") return cancelOpenSteps(em, route, study, name);
    const orders = await em.find(Order, { study: studyId, orderedBy: accountId }, { fields: ["id"] });
    const ids = orders.map(({ id }) => id);
    return cancelOpenSteps(em, route, study, name, ids);
  });
}

/** Writes down what a person did about a step, and tells the screens. */
export async function tellAct(em: EntityManager, row: StepRow, event: string, actor: string): Promise<void> {
  const studyId = row.study.id;
  await journal(em, { event, studyId, stepId: row.id, actor, detail: { target: row.target } });
  const patch = { state: row.state, attempt: row.attempt, target: row.target };
  await announce(em, { resource: "step", id: row.id, kind: "updated", studyId, patch });
}
