// The ledger: claims steps, ends claims, and takes back those of hubs that died.
import { randomUUID } from "node:crypto";
import { type FilterQuery, LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { Memo, Outcome } from "@thalamus/sdk";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import { Gathering } from "../database/gathering.ts";
import { doubtOf, recordReceipts } from "../deliveries/receipts.ts";
import type { SpaceAccount } from "../files/space-account.ts";
import { announce } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import { beginActing } from "./begin-acting.ts";
import { News } from "./news.ts";
import type { Route } from "./route.ts";
import { type Settlement, type SettlementEnd, settleClaims } from "./settle-claims.ts";
import { type Claim, type ClaimedStep, holds, move } from "./step-claim.ts";
import type { FetchedJob, StepQueue } from "./step-queue.ts";
import type { StepState } from "./step-state.ts";
import type { RetryPolicy } from "./verdict.ts";

export interface LedgerParts {
  readonly orm: MikroORM;
  readonly queue: StepQueue;
  readonly route: Route;
  readonly hubId: string;
  readonly retry: RetryPolicy;
  /** Whether a study still fits on the disk once more. */
  readonly space: Pick<SpaceAccount, "admitStep" | "stepEnded">;
  /** True when doing a target's step twice overwrites the first time. */
  readonly repeatable: (target: string) => boolean;
  /** True when a target sends studies out of the house. */
  readonly outbound: (target: string) => boolean;
  readonly log: HubLog;
  /** Told of each claim that ended, after the commit. */
  readonly settled: (target: string, outcome: string, seconds: number) => void;
}

const NO_SPACE = { code: "step.no-space", message: "Too little disk space is free for its study." } as const;
/** A step that waits for room looks again after this. */
const NO_SPACE_SECONDS = 60;

/** Lost steps that are looked for in one transaction. */
const MOST_REMINDED = 500;

/** Steps that are settled, or begin to act, in one transaction. */
const MOST_TOGETHER = 32;
/** Until a step is looked at again that somebody was changing. */
const LOOK_AGAIN_SECONDS = 1;

export class Ledger {
  readonly #parts: LedgerParts;
  readonly #settlements: Gathering<Settlement, SettlementEnd>;
  readonly #acts: Gathering<ClaimedStep, boolean>;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    // a batch that fails is nobody's answer: each of its steps is tried by itself, and hears of its own failure
    this.#settlements = new Gathering(
      (batch) => settleClaims(parts, batch, "skip").catch(() => batch.map(() => "busy" as const)),
      MOST_TOGETHER,
    );
    this.#acts = new Gathering(
      (batch) => beginActing(parts.orm, batch, "skip").catch(() => batch.map(() => false)),
      MOST_TOGETHER,
    );
  }

  /**
   * Takes the steps of these jobs for this hub; those that are no longer ready are left alone, and those whose
   * study does not fit on the disk once more wait, without that being a try.
   */
  async claim(target: string, jobs: readonly FetchedJob[]): Promise<ClaimedStep[]> {
    try {
      return await this.#claim(target, jobs);
    } catch (error) {
      for (const { stepId } of jobs) this.#parts.space.stepEnded(stepId);
      throw error;
    }
  }

  async #claim(target: string, jobs: readonly FetchedJob[]): Promise<ClaimedStep[]> {
    const { orm, queue, hubId } = this.#parts;
    const claimed = await orm.em.fork().transactional(async (em) => {
      const ids = jobs.map(({ stepId }) => stepId);
      const where = { id: { $in: ids }, target };
      const seen = await em.find(Step, where, { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE });
      const ready = seen.filter(({ state }) => state === "ready");
      const rows = await this.#fitting(em, ready);
      for (const row of rows) {
        row.state = "claimed";
        row.claimToken = randomUUID();
        row.hubId = hubId;
        row.attempt += 1;
        row.claimedAt = new Date();
        // how far the other side is goes on being shown
        if (row.waitingSince != null) continue;
        row.progress = null;
        row.stage = null;
      }
      await em.flush();
      await queue.complete(em, target, jobs);
      const held = ids.filter((id) => !seen.some((row) => row.id === id));
      await this.#lookAgain(em, target, held);
      const news = new News();
      const of = this.#parts.retry.attempts;
      for (const row of ready) if (!rows.includes(row)) await this.#wait(em, row, news);
      for (const row of rows) if (!isLook(row)) news.moved(row, "step.claimed", { attempt: row.attempt, of });
      await news.write(em);
      return rows as ClaimedStep[];
    });
    // "processing" is shown from the claim on; apart from it, because the study is locked before its steps
    for (const row of claimed) if (row.phase === "process" && !isLook(row)) await this.#project(row.study.id);
    return claimed;
  }

  /**
   * Somebody is changing these steps. Who makes one ready again asked for a look while this very job still waited, and
   * was told that one look is enough.
   */
  async #lookAgain(em: EntityManager, target: string, held: readonly string[]): Promise<void> {
    if (held.length === 0) return;
    const there = await em.find(Step, { id: { $in: held } }, { fields: ["id"] });
    const looks = there.map(({ id }) => ({ id, target, delaySeconds: LOOK_AGAIN_SECONDS }));
    await this.#parts.queue.enqueueAll(em, looks);
  }

  /**
   * De-identification and processing write the whole study once more; checks read it where it is, and a delivery
   * makes a few pages of it.
   */
  async #fitting(em: EntityManager, ready: StepRow[]): Promise<StepRow[]> {
    // what leaves the house is read where it is
    const writesStudy = ({ phase, target }: StepRow) =>
      phase === "deidentify" || (phase === "process" && !this.#parts.outbound(target));
    const writing = ready.filter(writesStudy);
    if (writing.length === 0) return ready;
    const studies = await em.find(Study, { id: { $in: writing.map(({ study }) => study.id) } });
    const bytes = new Map(studies.map((study) => [study.id, study.bytes]));
    const { space } = this.#parts;
    return ready.filter((row) => !writesStudy(row) || space.admitStep(row.id, bytes.get(row.study.id) ?? 0));
  }

  /** Journalled once, however often it is looked at again. */
  async #wait(em: EntityManager, row: StepRow, news: News): Promise<void> {
    const { queue, retry, log } = this.#parts;
    const isNew = row.outcome?.kind !== "retry" || row.outcome.code !== NO_SPACE.code;
    const delaySeconds = Math.min(NO_SPACE_SECONDS, retry.longestDelaySeconds);
    row.outcome = { kind: "retry", ...NO_SPACE };
    row.notBefore = new Date(Date.now() + delaySeconds * 1000);
    await em.flush();
    await queue.enqueue(em, row, delaySeconds);
    if (!isNew) return;
    log.warn("step.waits", { step: row.id, target: row.target, code: NO_SPACE.code });
    news.moved(row, "step.waits", { code: NO_SPACE.code });
  }

  async #project(studyId: string): Promise<void> {
    const { orm, route } = this.#parts;
    await orm.em.fork().transactional(async (em) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      await route.advance(em, await em.findOneOrFail(Study, studyId, { lockMode }));
    });
  }

  /** Records that bytes are about to leave the house. @throws Error when the claim is lost */
  async act(step: ClaimedStep): Promise<void> {
    const { orm } = this.#parts;
    if (await this.#acts.add(step)) return;
    const [acts] = await beginActing(orm, [step], "wait");
    if (acts) return;
    // it may act already: a plugin can say so more than once
    const row = await orm.em.fork().findOne(Step, step.id);
    if (!row || !holds(row, step)) throw new Error("the claim on this step is lost");
  }

  /** Puts on record what the next try must know. @throws Error when the claim is lost */
  async remember(step: ClaimedStep, memo: Memo, reference: string | undefined): Promise<void> {
    const where = { id: step.id, claimToken: step.claimToken, state: ["claimed", "acting"] as StepState[] };
    const known = reference === undefined ? {} : { reference };
    const count = await this.#parts.orm.em.fork().nativeUpdate(Step, where, { memo, ...known });
    if (count === 0) throw new Error("the claim on this step is lost");
  }

  /** Shows how far a step is; a lost claim is no error here. */
  async progress(step: ClaimedStep, value: number, stage: string): Promise<void> {
    await this.#parts.orm.em.fork().transactional(async (em) => {
      const where = { id: step.id, claimToken: step.claimToken };
      const count = await em.nativeUpdate(Step, where, { progress: value, stage });
      if (count === 0) return;
      const patch = { progress: value, stage };
      await announce(em, { resource: "step", id: step.id, kind: "updated", studyId: step.study.id, patch });
    });
  }

  /**
   * Ends a claim: writes the outcome, opens what comes next and projects the visible status, in one transaction.
   * @param before work of the same transaction, for example storing a result
   * @returns false when the claim was lost and nothing was written
   */
  async settle(
    step: ClaimedStep,
    outcome: Outcome,
    before?: (em: EntityManager) => Promise<void>,
  ): Promise<boolean> {
    const end = await this.#end({ step, outcome, before });
    if (typeof end === "string") {
      this.#parts.log.warn("step.settlement-refused", { step: step.id, outcome: outcome.kind });
      return false;
    }
    const claimedAt = step.claimedAt?.getTime() ?? Date.now();
    this.#parts.settled(step.target, end.event, Math.max(0, Date.now() - claimedAt) / 1000);
    return true;
  }

  /** With whatever else has just ended, if it can; one that brings work of its own, or whose study is busy, alone. */
  async #end(settlement: Settlement): Promise<SettlementEnd> {
    const end = settlement.before ? "busy" : await this.#settlements.add(settlement);
    if (end !== "busy") return end;
    const [alone] = await settleClaims(this.#parts, [settlement], "wait");
    return alone!;
  }

  /**
   * Gives steps of a hub that died back: ready again, or unknown when only a person can tell what it did.
   * @returns the claims that ended so
   */
  async recover(deadHubs: readonly string[]): Promise<Claim[]> {
    if (deadHubs.length === 0) return [];
    return this.#giveBack(deadHubs, { hubId: { $in: [...deadHubs] } });
  }

  /**
   * Gives back what this hub fetched or claimed without knowing it: it was committed, but the answer never came.
   * @param held ids of the target's steps that the caller does hold; nobody else may claim meanwhile
   */
  async takeBack(target: string, held: readonly string[]): Promise<void> {
    const { hubId } = this.#parts;
    await this.#giveBack([hubId], { hubId, target, id: { $nin: [...held] } });
    await this.remind(0);
  }

  async #giveBack(hubs: readonly string[], where: FilterQuery<StepRow>): Promise<Claim[]> {
    const { orm, queue, route, repeatable, log } = this.#parts;
    const interrupted = { state: { $in: ["claimed", "acting"] as StepState[] } };
    const found = await orm.em.fork().find(Step, { $and: [where, interrupted] });
    for (const { id, study } of found) {
      await orm.em.fork().transactional(async (em) => {
        const locked = await em.findOneOrFail(Study, study.id, { lockMode: LockMode.PESSIMISTIC_WRITE });
        const row = await this.#lock(em, id);
        if (!row?.hubId || !hubs.includes(row.hubId)) return;
        const again = row.state === "claimed" || repeatable(row.target);
        move(row, again ? "ready" : "unknown");
        row.claimToken = null;
        row.hubId = null;
        if (!again) row.settledAt = new Date();
        await em.flush();
        if (again) await queue.enqueue(em, row);
        if (!again) await recordReceipts(em, [doubtOf(row, "unknown")]);
        const news = new News();
        news.moved(row, again ? "step.recovered" : "step.unknown");
        await route.advanceAll(em, [locked], news);
        log.warn("step.recovered", { step: row.id, target: row.target, state: row.state });
      });
    }
    return found.flatMap(({ id, claimToken }) => (claimToken ? [{ id, claimToken }] : []));
  }

  /** Asks again for a look at ready steps whose job got lost between fetch and claim. */
  async remind(olderThanSeconds: number): Promise<void> {
    const { orm, queue } = this.#parts;
    const due = new Date(Date.now() - olderThanSeconds * 1000);
    for (let found = MOST_REMINDED; found === MOST_REMINDED; ) {
      found = await orm.em.fork().transactional(async (em) => {
        const steps = await queue.lost(em, due, MOST_REMINDED);
        await queue.enqueueAll(em, steps);
        return steps.length;
      });
    }
  }

  #lock(em: EntityManager, id: string): Promise<StepRow | null> {
    return em.findOne(Step, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }
}

/** A look at somebody else's work: it happens over and over, and is no news. */
const isLook = ({ waitingSince, attempt }: StepRow): boolean => waitingSince != null && attempt === 1;
