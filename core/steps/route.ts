// The route of a study: which steps come next, opened in the transaction that makes them necessary.
import { randomUUID } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { Outcome, StudyFormat } from "@thalamus/sdk";
import { Order, type OrderRow } from "../database/entities/order.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import type { StudyRow } from "../database/entities/study.ts";
import { happeningsOfStudy } from "../notices/happenings.ts";
import { announce } from "../observe/changes.ts";
import { projectOrder } from "../order-desk/project-order.ts";
import { qcVerdict } from "../studies/qc-verdict.ts";
import { orderStatus, studyStatus } from "../studies/status.ts";
import { assertMove, ORDER_MOVES, STUDY_MOVES, type StudyStatus } from "../studies/transitions.ts";
import { News } from "./news.ts";
import { type ResultSight, type RouteSight, type StepSight, sightsOf } from "./route-sight.ts";
import type { StepQueue } from "./step-queue.ts";
import { isPassed, isSettled, type Phase } from "./step-state.ts";
import { recordWithdrawals } from "./withdrawals.ts";

/** Names of configured plugin entries, phase by phase. */
export interface RoutePlan {
  readonly check: readonly string[];
  /** At most one. */
  readonly deidentify: readonly string[];
  readonly process: readonly {
    readonly plugin: string;
    readonly product: string;
    readonly params: Record<string, unknown>;
  }[];
  readonly deliver: readonly string[];
  /** Where failures go; without it they go where results go, and each destination decides whether it takes them. */
  readonly deliverFailures?: readonly string[] | undefined;
  /** Every product that can be chosen for a study, with the plugin entry that runs it. */
  readonly products: ReadonlyMap<string, string>;
  /** The studies a plugin entry can work on. */
  readonly formats: (target: string) => readonly StudyFormat[];
}

type ProductRun = RoutePlan["process"][number];

export class Route {
  #plan: RoutePlan;
  readonly #queue: StepQueue;

  constructor(plan: RoutePlan, queue: StepQueue) {
    this.#plan = plan;
    this.#queue = queue;
  }

  /** Steps that are opened from now on follow another plan; those that are there stay. */
  replan(plan: RoutePlan): void {
    this.#plan = plan;
  }

  /** A study became stable: opens its first steps. The caller holds the lock on the study. */
  async begin(em: EntityManager, study: StudyRow): Promise<void> {
    const news = new News();
    for (const target of this.#plan.check) await this.#open(em, news, study, "check", target);
    await this.advanceAll(em, [study], news);
  }

  /** Opens what the settled steps make necessary and projects the visible status. The caller holds the lock. */
  advance(em: EntityManager, study: StudyRow): Promise<void> {
    return this.advanceAll(em, [study]);
  }

  /**
   * The same for several studies, in as many statements as for one.
   * @param news what the caller has to tell is written with what happens here
   */
  async advanceAll(em: EntityManager, studies: readonly StudyRow[], news = new News()): Promise<void> {
    for (const study of studies) await this.#projectOvertaken(em, study);
    await em.flush();
    const ids = studies.map(({ id }) => id);
    const sightOf = await sightsOf(em, ids);
    for (const study of studies) {
      if (study.status === "receiving" && study.stableAt === null) continue;
      const sight = sightOf(study.id, study.revision);
      await this.#openNext(em, news, study, sight);
      projectOrders(sight);
      study.qc = qcVerdict(sight.steps);
      const states = sight.orders.map(({ status }) => status);
      moveStatus(news, study, studyStatus(sight.steps, states, idleStatus(study)));
      if (study.owner !== "") await projectOrder(em, study, sight);
    }
    await em.flush();
    await news.write(em);
  }

  async #openNext(
    em: EntityManager,
    news: News,
    study: StudyRow,
    { steps, orders, results }: RouteSight,
  ): Promise<void> {
    // orders of a study that a person ended have no steps; its checks may be run again all the same
    const ordered = steps.some(({ phase }) => phase === "process");
    if (!ordered && orders.length === 0 && isRefused(steps))
      orders.push(...(await this.#failOrders(em, news, study)));
    if (!ordered && isThrough(steps, "check")) {
      await this.#openDeidentification(em, news, study, steps);
      if (isThrough(steps, "deidentify"))
        await this.#openRuns(em, news, study, steps, orders, this.#runsOf(news, study));
    }
    for (const order of orders) await this.#openDeliveries(em, news, study, order, steps, results);
  }

  /** Late instances made a new revision: what has not begun for the old one will not begin any more. */
  async supersede(em: EntityManager, study: StudyRow): Promise<void> {
    const open = await em.find(Step, { study: study.id, state: ["ready", "claimed", "held"] });
    for (const step of open) {
      step.state = "cancelled";
      step.claimToken = null;
      step.hubId = null;
      step.waitingSince = null;
      step.settledAt = new Date();
      const patch = { state: step.state, target: step.target };
      await announce(em, { resource: "step", id: step.id, kind: "updated", studyId: study.id, patch });
    }
    study.qc = "none";
    await em.flush();
    const orders = open.filter(({ phase }) => phase === "process");
    await recordWithdrawals(
      em,
      orders.map(({ id }) => id),
    );
    const sightOf = await sightsOf(em, [study.id]);
    projectOrders(sightOf(study.id, study.revision));
    await em.flush();
  }

  async #openDeidentification(
    em: EntityManager,
    news: News,
    study: StudyRow,
    steps: StepSight[],
  ): Promise<void> {
    if (steps.some(({ phase }) => phase === "deidentify")) return;
    for (const target of this.#plan.deidentify) {
      steps.push(await this.#open(em, news, study, "deidentify", target));
    }
  }

  /** What was ordered will not be processed: its orders are there, without steps, to be reported on. */
  async failOrders(em: EntityManager, study: StudyRow): Promise<void> {
    const news = new News();
    await this.#failOrders(em, news, study);
    await em.flush();
    await news.write(em);
  }

  async #failOrders(em: EntityManager, news: News, study: StudyRow): Promise<OrderRow[]> {
    const failed: OrderRow[] = [];
    for (const { product, params } of this.#runsOf(news, study)) {
      const id = await newOrderId(em, study);
      news.journal({ event: "order.failed", studyId: study.id, detail: { order: id, product } });
      const { revision } = study;
      failed.push(em.create(Order, { id, study, revision, product, params, status: "failed" }));
      await em.flush();
    }
    return failed;
  }

  /**
   * Orders one more product for a study whose lock the caller holds, or the first one of a study that waits for it.
   * What is not through its checks yet is run through it when it is.
   * @param orderedBy id of the account; left out for who orders over the cloud API
   */
  async order(em: EntityManager, study: StudyRow, product: string, orderedBy?: string): Promise<void> {
    const chosen = study.products ?? this.#plan.process.map((run) => run.product);
    if (orderedBy !== undefined && !chosen.includes(product))
      study.orderedBy = { ...study.orderedBy, [product]: orderedBy };
    study.products = [...new Set([...chosen, product])];
    await em.flush();
    const news = new News();
    const { steps, orders } = (await sightsOf(em, [study.id]))(study.id, study.revision);
    // the others were opened when the study was through its checks, or are now
    if (steps.some(({ phase }) => phase === "process")) {
      const runs = this.#runsOf(news, study).filter((run) => run.product === product);
      await this.#openRuns(em, news, study, steps, orders, runs, orderedBy);
    }
    await this.advanceAll(em, [study], news);
  }

  async #openRuns(
    em: EntityManager,
    news: News,
    study: StudyRow,
    steps: StepSight[],
    orders: OrderRow[],
    runs: readonly ProductRun[],
    by?: string,
  ): Promise<void> {
    for (const { plugin, product, params } of runs) {
      const id = await newOrderId(em, study);
      const orderedBy = by ?? study.orderedBy[product] ?? null;
      const order = em.create(Order, { id, study, revision: study.revision, product, params, orderedBy });
      orders.push(order);
      steps.push(await this.#open(em, news, study, "process", plugin, { order }));
      news.journal({ event: "order.created", studyId: study.id, detail: { order: id, product } });
    }
  }

  /** What was chosen for the study, with the parameters of the route where it has some; else the default list. */
  #runsOf(news: News, study: StudyRow): readonly ProductRun[] {
    const { process, products } = this.#plan;
    const chosen = study.products ?? [];
    const runs = chosen.flatMap((product): ProductRun[] => {
      const own = process.filter((run) => run.product === product);
      const plugin = products.get(product);
      return own.length > 0 || plugin === undefined ? own : [{ plugin, product, params: {} }];
    });
    const there = new Set(runs.map(({ product }) => product));
    const gone = chosen.filter((product) => !there.has(product));
    // chosen before the configuration changed
    if (gone.length > 0)
      news.journal({ event: "study.products-gone", studyId: study.id, detail: { products: gone } });
    if (runs.length > 0) return runs;
    // of what waits for an order nothing is run, and of a cloud order nothing but what it names
    return study.products?.length === 0 || study.owner !== "" ? [] : process;
  }

  async #openDeliveries(
    em: EntityManager,
    news: News,
    study: StudyRow,
    order: OrderRow,
    steps: StepSight[],
    results: readonly ResultSight[],
  ): Promise<void> {
    // whoever ordered over the cloud API fetches the results; the site's destinations are not theirs
    if (study.owner !== "") return;
    const own = steps.filter((step) => step.order?.id === order.id);
    const ended = ({ state }: StepSight) => state === "done" || state === "rejected";
    if (!own.filter(({ phase }) => phase === "process").every(ended)) return;
    const { deliver, deliverFailures = deliver } = this.#plan;
    // an order that failed and was run again has a report of each
    const delivered = new Set(own.flatMap(({ result }) => result?.id ?? []));
    for (const result of results) {
      if (result.order.id !== order.id || delivered.has(result.id)) continue;
      for (const target of result.kind === "failure" ? deliverFailures : deliver) {
        steps.push(await this.#open(em, news, study, "deliver", target, { order, result: result.id }));
      }
    }
  }

  async #open(
    em: EntityManager,
    news: News,
    study: StudyRow,
    phase: Phase,
    target: string,
    links: { readonly order?: OrderRow; readonly result?: string } = {},
  ): Promise<StepRow> {
    const reads = this.#plan.formats(target).includes(study.format);
    const foreign: Partial<ReturnType<typeof endOfForeign>> = reads ? {} : endOfForeign(phase);
    const step = em.create(Step, {
      id: randomUUID(),
      study,
      revision: study.revision,
      phase,
      target,
      ...links,
      ...foreign,
    });
    await em.flush();
    if (foreign.outcome) journalForeign(news, step, foreign.outcome);
    else await this.#queue.enqueue(em, step);
    const patch = { state: step.state, target, phase };
    news.announce({ resource: "step", id: step.id, kind: "created", studyId: study.id, patch });
    return step;
  }

  /** What was acting for an older revision ends later; its order tells how. */
  async #projectOvertaken(em: EntityManager, study: StudyRow): Promise<void> {
    if (study.revision === 1) return;
    const sightOf = await sightsOf(em, [study.id]);
    for (let revision = 1; revision < study.revision; revision += 1)
      projectOrders(sightOf(study.id, revision));
  }
}

/** A study without orders that was told to wait for one does, until somebody calls that off. */
function idleStatus({ products, status }: StudyRow): StudyStatus {
  if (products?.length !== 0) return "processed";
  return status === "cancelled" ? "cancelled" : "waiting";
}

/** The first order for a study of a cloud order has its id: reports show it, and who ordered knows no other. */
async function newOrderId(em: EntityManager, { owner }: StudyRow): Promise<string> {
  if (owner === "") return randomUUID();
  return (await em.count(Order, { id: owner })) === 0 ? owner : randomUUID();
}

function projectOrders({ orders, steps, results }: RouteSight): void {
  const kinds = new Map(results.map((result) => [result.order.id, result.kind]));
  for (const order of orders) {
    const own = latestOfEachTarget(steps.filter((step) => step.order?.id === order.id));
    const status = orderStatus(own, kinds.get(order.id));
    assertMove(ORDER_MOVES, order.status, status);
    if (status !== order.status) order.updatedAt = new Date();
    order.status = status;
  }
}

/** A delivery that was made anew counts instead of the one before. */
function latestOfEachTarget(steps: readonly StepSight[]): StepSight[] {
  const sorted = steps.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return [...new Map(sorted.map((step) => [`${step.phase} ${step.target}`, step])).values()];
}

/** A plugin that cannot read the study's files: without a check the route goes on, without a product it does not. */
function endOfForeign(phase: Phase): Pick<StepRow, "state" | "outcome" | "settledAt"> {
  const message = "This plugin does not work on studies of this format.";
  const outcome: Outcome =
    phase === "process"
      ? { kind: "rejected", code: "step.format", message }
      : { kind: "skipped", reason: message };
  return { state: outcome.kind === "rejected" ? "rejected" : "skipped", outcome, settledAt: new Date() };
}

function journalForeign(news: News, step: StepRow, outcome: Outcome): void {
  const why = outcome.kind === "rejected" ? { code: outcome.code } : { reason: "format" };
  const detail = { target: step.target, phase: step.phase, ...why };
  const where = { studyId: step.study.id, stepId: step.id };
  news.journal({ event: `step.${outcome.kind}`, ...where, detail });
  // an exception, so it is told as one; an order that would send the study out is refused all the same
  if (step.phase === "deidentify")
    news.journal({ event: "study.passed-without-deidentification", ...where, detail });
}

/** Moves a study's visible status, tells the screens and writes the journal; does nothing when it stays. */
export async function setStatus(em: EntityManager, study: StudyRow, status: StudyStatus): Promise<void> {
  const news = new News();
  moveStatus(news, study, status);
  await em.flush();
  await news.write(em);
}

function moveStatus(news: News, study: StudyRow, status: StudyStatus): void {
  if (status === study.status) return;
  assertMove(STUDY_MOVES, study.status, status);
  const { id, status: from, revision } = study;
  study.status = status;
  study.statusSince = new Date();
  news.journal({ event: `study.${status}`, studyId: id, detail: { from, revision } });
  news.happened(happeningsOfStudy(study, from, status));
  news.announce({ resource: "study", id, kind: "updated", studyId: id, patch: { status, qc: study.qc } });
}

/** A check or the de-identification gave the study up, and none of them is still at work or waits for a person. */
function isRefused(steps: readonly StepSight[]): boolean {
  const gates = steps.filter(({ phase }) => phase === "check" || phase === "deidentify");
  const isOver = gates.every(({ state }) => isSettled(state) && state !== "held" && state !== "unknown");
  return isOver && gates.some(({ state }) => state === "rejected");
}

const isThrough = (steps: readonly StepSight[], wanted: Phase): boolean =>
  steps.filter(({ phase }) => phase === wanted).every(({ state }) => isSettled(state) && isPassed(state));
