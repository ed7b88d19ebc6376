// The receipt ledger: a line for each try of each delivery, written when the try is settled.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { Outcome } from "@thalamus/sdk";
import { Receipt, type ReceiptOutcome, type ReceiptRow } from "../database/entities/receipt.ts";
import type { StepRow } from "../database/entities/step.ts";
import { csvLine } from "../files/csv-line.ts";

/** What a try that ended so is in the ledger; undefined for one that sent nothing and is no news. */
const OUTCOMES: Readonly<Partial<Record<Outcome["kind"], ReceiptOutcome>>> = {
  delivered: "delivered",
  rejected: "failed",
  retry: "retried",
  skipped: "skipped",
};

const SHA256 = /^[0-9a-f]{64}$/;

/** A line of the ledger before it is written; undefined for a step that is no delivery, or sent nothing. */
export type NewReceipt = ReturnType<typeof receiptOf>;

/** @param outcome as it was judged: the last retry is a rejection */
export function receiptOf(step: StepRow, outcome: Outcome) {
  const kind = OUTCOMES[outcome.kind];
  if (kind === undefined) return undefined;
  const { sha256, ...answer } = answerOf(outcome);
  return lineOf(step, {
    outcome: kind,
    sha256: typeof sha256 === "string" && SHA256.test(sha256) ? sha256 : null,
    code: "code" in outcome ? outcome.code : null,
    answer,
  });
}

/** A delivery whose end nobody knows, and what a person found out about it. */
export const doubtOf = (
  step: StepRow,
  outcome: "unknown" | "delivered" | "failed",
  answer: Readonly<Record<string, unknown>> = {},
): NewReceipt => lineOf(step, { outcome, sha256: null, code: null, answer });

function lineOf(step: StepRow, end: Pick<ReceiptRow, "outcome" | "sha256" | "code" | "answer">) {
  if (step.phase !== "deliver" || !step.result || !step.order) return undefined;
  return {
    studyId: step.study.id,
    orderId: step.order.id,
    resultId: step.result.id,
    stepId: step.id,
    target: step.target,
    attempt: step.attempt,
    ...end,
  };
}

/** Part of the transaction that settles the steps. */
export async function recordReceipts(em: EntityManager, receipts: readonly NewReceipt[]): Promise<void> {
  const lines = receipts.filter((line) => line !== undefined);
  if (lines.length === 0) return;
  await em.execute(
    `insert into receipt (study_id, order_id, result_id, step_id, target, attempt, outcome, sha256, code, answer)
     select "studyId", "orderId", "resultId", "stepId", target, attempt, outcome, sha256, code, answer
       from jsonb_to_recordset(?::jsonb) as line("studyId" uuid, "orderId" uuid, "resultId" uuid, "stepId" uuid,
         target text, attempt int, outcome text, sha256 text, code text, answer jsonb)`,
    [JSON.stringify(lines)],
  );
}

function answerOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  if (outcome.kind === "delivered") return outcome.receipt;
  if (outcome.kind === "skipped") return { reason: outcome.reason };
  return "message" in outcome ? { message: outcome.message } : {};
}

export interface ReceiptFilter {
  readonly resultId?: string;
  readonly studyId?: string;
  readonly target?: string;
  readonly outcome?: ReceiptOutcome;
  readonly from?: Date;
  readonly until?: Date;
}

/** Newest first. @param before id of the last one of the page before */
export function findReceipts(
  em: EntityManager,
  { from, until, ...equal }: ReceiptFilter,
  limit: number,
  before?: bigint,
): Promise<ReceiptRow[]> {
  const time = {
    ...(from ? { $gte: from } : {}),
    ...(until ? { $lt: until } : {}),
  };
  const where = {
    ...equal,
    ...(from || until ? { at: time } : {}),
    ...(before === undefined ? {} : { id: { $lt: before } }),
  };
  return em.find(Receipt, where, { orderBy: { id: "desc" }, limit });
}

const COLUMNS = [
  "at",
  "outcome",
  "target",
  "resultId",
  "orderId",
  "studyId",
  "stepId",
  "attempt",
  "sha256",
  "code",
  "answer",
] as const;

/** All that fit a filter, as lines of CSV (RFC 4180), a page of rows at a time. */
export async function* receiptsAsCsv(em: EntityManager, filter: ReceiptFilter): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for (let before: bigint | undefined; ; ) {
    const rows = await findReceipts(em.fork(), filter, 500, before);
    for (const row of rows) yield csvLine(COLUMNS.map((column) => row[column]));
    const last = rows.at(-1);
    if (!last) return;
    before = last.id;
  }
}
