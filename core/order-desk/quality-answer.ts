// What the checks said of an order's data.
import type { CheckLine, CloudCaller, QualityAnswer } from "@thalamus/sdk";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import { isSettled } from "../steps/step-state.ts";
import type { DeskParts } from "./desk-parts.ts";
import { orderOf } from "./find-order.ts";
import { refused } from "./refusals.ts";

/**
 * Data that could not be taken in fails with one line that says why.
 * @throws DeskRefusal `desk.no-data`, `desk.quality-not-ready`
 */
export async function qualityOf(
  { orm }: DeskParts,
  caller: CloudCaller,
  orderId: string,
): Promise<QualityAnswer> {
  const em = orm.em.fork();
  const order = await orderOf(em, caller, { orderId });
  if (order.filesState === "awaited") throw refused("desk.no-data");
  if (order.filesState === "refused") {
    if (!order.code) throw refused("desk.no-data");
    return { verdict: "fail", lines: [takingInLine(order.code, order.message ?? "")] };
  }
  const study = order.studyId ? await em.findOne(Study, order.studyId) : null;
  if (!study || study.status === "receiving") throw refused("desk.quality-not-ready");
  const where = { study: study.id, revision: study.revision, phase: "check" as const };
  const steps = await em.find(Step, where, { orderBy: { createdAt: "asc" } });
  if (!steps.every(({ state }) => isSettled(state))) throw refused("desk.quality-not-ready");
  return { verdict: verdictOf(steps), lines: steps.flatMap(linesOf) };
}

function verdictOf(steps: readonly StepRow[]): QualityAnswer["verdict"] {
  if (steps.some(({ state }) => state !== "done" && state !== "skipped")) return "fail";
  const isBypassed = ({ outcome }: StepRow) => outcome?.kind === "passed" && outcome.bypass !== undefined;
  return steps.some(isBypassed) ? "bypassed" : "pass";
}

function linesOf({ outcome, target }: StepRow): readonly CheckLine[] {
  if (outcome?.kind === "passed" || outcome?.kind === "held") return outcome.lines;
  if (outcome?.kind !== "rejected") return [];
  const { lines = [], code, message } = outcome;
  // a check that broke says so in a line of its own
  return lines.length > 0 ? lines : [{ ...failedLine(code, message), title: target }];
}

const takingInLine = (code: string, message: string): CheckLine => ({
  ...failedLine(code, message),
  title: "Data can be taken in",
});

const failedLine = (code: string, message: string) => ({
  id: code,
  verdict: "fail" as const,
  found: message,
  wanted: "a data set that the hub can read",
});
