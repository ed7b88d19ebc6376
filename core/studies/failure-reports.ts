// Gives every order that failed without a result a failure report, so that failures are delivered like results.
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { CheckLine } from "@thalamus/sdk";
import { type FailedOrder, type FailureReason, failureResult, studyLabel } from "@thalamus/sdk/reports";
import { filter, type Observable, type Subscription } from "rxjs";
import { Order, type OrderRow } from "../database/entities/order.ts";
import { Result } from "../database/entities/result.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { Change } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import type { Route } from "../steps/route.ts";
import { keepFiles, recordResult, removeResultOrphan } from "./keep-result.ts";

export interface FailureReportParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly route: Route;
  /** A hint that there is something to do; the rows are the truth. */
  readonly changes$: Observable<Change>;
  readonly log: HubLog;
}

const LOOK_MS = 30_000;
const AT_ONCE = 20;

export class FailureReports {
  readonly #parts: FailureReportParts;
  #timer: NodeJS.Timeout | undefined;
  #hints: Subscription | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: FailureReportParts) {
    this.#parts = parts;
  }

  /** Makes what an earlier run left out, then keeps looking. */
  start(): void {
    const rejected = ({ resource, patch }: Change) => resource === "step" && patch?.["state"] === "rejected";
    this.#hints = this.#parts.changes$.pipe(filter(rejected)).subscribe(() => this.#lookSoon());
    this.#timer = setInterval(() => this.#lookSoon(), LOOK_MS);
    this.#lookSoon();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#hints?.unsubscribe();
    await this.#looking;
  }

  #lookSoon(): void {
    const { log } = this.#parts;
    this.#looking = this.#looking
      .then(() => this.look())
      .catch((error) => log.warn("failure-report.waits", { error: (error as Error).name }));
  }

  async look(): Promise<void> {
    const orders = await this.#parts.orm.em.fork().execute<{ id: string }[]>(
      `select id from product_order where status = 'failed'
         and not exists (select 1 from result where result.order_id = product_order.id)
       order by updated_at limit ?`,
      [AT_ONCE],
    );
    for (const { id } of orders) await this.#report(id);
  }

  async #report(orderId: string): Promise<void> {
    const { orm, trees, log } = this.#parts;
    const em = orm.em.fork();
    const order = await em.findOne(Order, orderId);
    if (!order) return;
    const steps = await em.find(Step, { study: order.study.id, revision: order.revision });
    const failed = failedOrder(order, steps);
    if (!failed) return;
    const id = randomUUID();
    const made = { id, claimToken: randomUUID() };
    const workspace = join(trees.work, `failure.${id}`);
    try {
      const result = await failureResult(failed, workspace);
      const files = await keepFiles(trees.results, made, result, workspace);
      const kept = await this.#keep(order, (own) =>
        recordResult(own, { id, order, study: order.study }, result, files),
      );
      if (!kept) await removeResultOrphan(orm, trees.results, made);
      else log.info("failure-report.made", { order: orderId, code: failed.reason.code });
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  }

  /** @returns false when another hub was faster, or the order no longer failed */
  #keep(order: OrderRow, record: (em: EntityManager) => Promise<void>): Promise<boolean> {
    return this.#parts.orm.em.fork().transactional(async (em) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const study = await em.findOne(Study, order.study.id, { lockMode });
      const now = study && (await em.findOne(Order, order.id));
      if (!study || now?.status !== "failed") return false;
      if ((await em.count(Result, { order: order.id })) > 0) return false;
      await record(em);
      await this.#parts.route.advance(em, study);
      return true;
    });
  }
}

const APPLICATIONS: Readonly<Record<string, string>> = {
  check: "Quality control",
  deidentify: "De-identification",
};
const SEND_AGAIN = "Correct what is named above at the scanner or in the PACS, and send the study again.";
const LOOK_UP =
  "Look the code up in the documentation of the hub (error codes), or tell its operator. The order can be run " +
  "again once the cause is mended.";

/** @returns undefined when its steps do not say why it failed */
function failedOrder(order: OrderRow, steps: readonly StepRow[]): FailedOrder | undefined {
  const rejected = steps.filter(({ state, outcome }) => state === "rejected" && outcome?.kind === "rejected");
  const own = rejected.find((step) => step.phase === "process" && step.order?.id === order.id);
  const gates = rejected.filter(({ phase }) => phase in APPLICATIONS);
  const step = own ?? gates[0];
  if (step?.outcome?.kind !== "rejected") return undefined;
  const { code, message } = step.outcome;
  const lines = own ? [] : gates.flatMap(linesOf);
  const reason: FailureReason = { code, message, advice: lines.length > 0 ? SEND_AGAIN : LOOK_UP };
  return {
    orderId: order.id,
    studyLabel: studyLabel(order.study.id),
    attempt: step.attempt,
    product: { id: order.product, version: "unknown", name: order.product },
    ...(own ? {} : { application: APPLICATIONS[step.phase] ?? step.phase }),
    reason,
    lines,
    at: step.settledAt ?? new Date(),
  };
}

const linesOf = ({ outcome }: StepRow): readonly CheckLine[] =>
  outcome?.kind === "rejected" ? (outcome.lines ?? []) : [];
