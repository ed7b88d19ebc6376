// Ends claims: outcomes, receipts, what comes next and the visible status, of several steps in one transaction.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { Outcome } from "@thalamus/sdk";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { doubtOf, receiptOf, recordReceipts } from "../deliveries/receipts.ts";
import { happeningsOfSending, happeningsOfStep } from "../notices/happenings.ts";
import type { LedgerParts } from "./ledger.ts";
import { News } from "./news.ts";
import { type ClaimedStep, holds, move } from "./step-claim.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { recordWithdrawals } from "./withdrawals.ts";

export interface Settlement {
  readonly step: ClaimedStep;
  readonly outcome: Outcome;
  /** Work of the same transaction, for example storing a result. */
  readonly before?: ((em: EntityManager) => Promise<void>) | undefined;
}

/**
 * `lost`: the claim was somebody else's by then, and nothing was written; `busy`: somebody works on its study, so it
 * has to be settled by itself.
 */
export type SettlementEnd = "lost" | "busy" | { readonly event: string };

interface Settled {
  readonly row: StepRow;
  readonly verdict: Verdict;
  /** It waited before, and for the same: no line in the journal, and nothing follows from it. */
  readonly isQuiet: boolean;
  /** The other side has all it needs, and had not before. */
  readonly isNewlySent: boolean;
}

/**
 * @param patience `wait` for whoever holds a study. Several settlements `skip` instead: who waits for one study while
 *   holding another could be waited for in turn.
 * @returns an end for each, in order
 */
export function settleClaims(
  parts: LedgerParts,
  settlements: readonly Settlement[],
  patience: "wait" | "skip",
): Promise<SettlementEnd[]> {
  return parts.orm.em.fork().transactional(async (em) => {
    // the studies first, then the steps: one order of locks for everybody
    const studies = await lockStudies(em, settlements, patience);
    const rows = await lockSteps(em, settlements, studies);
    const settled: Settled[] = [];
    const ends: SettlementEnd[] = [];
    for (const settlement of settlements) {
      const { step, outcome, before } = settlement;
      const row = rows.get(step.id);
      if (!row || !holds(row, step)) {
        ends.push(patience === "skip" && !studies.has(step.study.id) ? "busy" : "lost");
        continue;
      }
      await before?.(em);
      const end = endClaim(parts, row, outcome);
      settled.push(end);
      ends.push({ event: end.verdict.event });
    }
    if (settled.length > 0) await write(em, parts, settled, studies);
    return ends;
  });
}

async function lockStudies(
  em: EntityManager,
  settlements: readonly Settlement[],
  patience: "wait" | "skip",
): Promise<Map<string, StudyRow>> {
  const lockMode = patience === "wait" ? LockMode.PESSIMISTIC_WRITE : LockMode.PESSIMISTIC_PARTIAL_WRITE;
  const ids = [...new Set(settlements.map(({ step }) => step.study.id))];
  const studies = await em.find(Study, { id: { $in: ids } }, { lockMode, orderBy: { id: "asc" } });
  return new Map(studies.map((study) => [study.id, study]));
}

async function lockSteps(
  em: EntityManager,
  settlements: readonly Settlement[],
  studies: ReadonlyMap<string, StudyRow>,
): Promise<Map<string, StepRow>> {
  const own = settlements.filter(({ step }) => studies.has(step.study.id));
  const where = { id: { $in: own.map(({ step }) => step.id) } };
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } } as const;
  const rows = own.length === 0 ? [] : await em.find(Step, where, lock);
  return new Map(rows.map((row) => [row.id, row]));
}

function endClaim({ retry, repeatable }: LedgerParts, row: StepRow, outcome: Outcome): Settled {
  const verdict = verdictOf(row, outcome, retry, repeatable(row.target));
  const before = row.outcome?.kind === "waiting" ? row.outcome.stage : undefined;
  const isQuiet = outcome.kind === "waiting" && outcome.stage === before;
  const isNewlySent = outcome.kind === "waiting" && outcome.isSent === true && row.sentAt == null;
  move(row, verdict.state);
  row.outcome = verdict.outcome;
  row.claimToken = null;
  row.hubId = null;
  if (verdict.state === "ready") {
    row.notBefore = new Date(Date.now() + verdict.delaySeconds * 1000);
    if (outcome.kind === "released") row.attempt -= 1;
  } else {
    row.settledAt = new Date();
    row.waitingSince = null;
  }
  if (outcome.kind === "waiting") {
    // whoever could be asked is not away: tries that failed before were for another reason
    row.attempt = 0;
    row.waitingSince ??= new Date();
    if (outcome.progress !== undefined) row.progress = Math.max(0, Math.min(1, outcome.progress));
    row.stage = outcome.stage;
    if (isNewlySent) row.sentAt = new Date();
  }
  return { row, verdict, isQuiet, isNewlySent };
}

async function write(
  em: EntityManager,
  { queue, route, outbound }: LedgerParts,
  settled: readonly Settled[],
  studies: ReadonlyMap<string, StudyRow>,
): Promise<void> {
  await em.flush();
  const again = settled.filter(({ verdict }) => verdict.state === "ready");
  await queue.enqueueAll(
    em,
    again.map(({ row: { id, target, waitingSince }, verdict: { delaySeconds } }) => {
      return { id, target, delaySeconds, isBegun: waitingSince != null };
    }),
  );
  await recordReceipts(
    em,
    settled.map(({ row, verdict: { state, outcome } }) =>
      state === "unknown" ? doubtOf(row, "unknown") : receiptOf(row, outcome),
    ),
  );
  const off = settled.filter(({ row, verdict }) => row.phase === "process" && verdict.state === "rejected");
  await recordWithdrawals(
    em,
    off.map(({ row }) => row.id),
  );
  const news = new News();
  for (const end of settled) tell(news, end, outbound);
  const touched = settled.filter(({ isQuiet }) => !isQuiet).map(({ row }) => studies.get(row.study.id)!);
  if (touched.length > 0) await route.advanceAll(em, [...new Set(touched)], news);
  else await news.write(em);
}

function tell(
  news: News,
  { row, verdict, isQuiet, isNewlySent }: Settled,
  outbound: LedgerParts["outbound"],
): void {
  if (isQuiet) news.waits(row);
  else news.moved(row, `step.${verdict.event}`, verdict.detail);
  if (isNewlySent) news.happened(happeningsOfSending(row));
  news.happened(happeningsOfStep(row, verdict.state, verdict.outcome, outbound(row.target)));
}
