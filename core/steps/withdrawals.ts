// Tells the other side that orders are off which were cancelled or given up here; until it has heard, or for a week.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { type Memo, Permanent, Transient, type WithdrawnOrder } from "@thalamus/sdk";
import { filter, type Observable, type Subscription } from "rxjs";
import { Withdrawal } from "../database/entities/withdrawal.ts";
import type { Change } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";

/** Tells the other side. */
export type Withdraw = (order: WithdrawnOrder, signal: AbortSignal) => Promise<void>;

export interface WithdrawalParts {
  readonly orm: MikroORM;
  readonly presence: { readonly id: string; deadAmong(hubs: readonly string[]): Promise<string[]> };
  /** A hint that there is something to do; the rows are the truth. */
  readonly changes$: Observable<Change>;
  /** Of the targets that have another side to tell. */
  readonly withdraws: ReadonlyMap<string, Withdraw>;
  readonly log: HubLog;
}

/** Until a plugin that has the step in hand has noticed. */
const GRACE_SECONDS = 2;
const LOOK_MS = 5000;
const LONGEST_TELLING_MS = 120_000;
const FIRST_DELAY_MS = 5000;
const LONGEST_DELAY_MS = 3_600_000;
const GIVEN_UP_AFTER_MS = 7 * 24 * 3_600_000;

/** Part of the transaction that ends the steps; those that never remembered anything have begun nothing outside. */
export async function recordWithdrawals(em: EntityManager, stepIds: readonly string[]): Promise<void> {
  if (stepIds.length === 0) return;
  await em.execute(
    `insert into withdrawal (id, study_id, target, product, memo, due_at)
     select s.id, s.study_id, s.target, o.product, s.memo, now() + ? * interval '1 second'
       from step s join product_order o on o.id = s.order_id where s.id in (?) and s.memo is not null
     on conflict (id) do update
        set memo = excluded.memo, due_at = excluded.due_at, tries = 0, created_at = now()`,
    [GRACE_SECONDS, stepIds],
  );
}

/**
 * Part of the transaction that lets a step run again.
 * @returns false while a hub is telling the other side
 */
export async function dropWithdrawal(em: EntityManager, stepId: string): Promise<boolean> {
  await em.nativeDelete(Withdrawal, { id: stepId, hubId: null });
  return (await em.count(Withdrawal, { id: stepId })) === 0;
}

interface Claimed {
  readonly id: string;
  readonly study_id: string;
  readonly target: string;
  readonly product: string;
  readonly memo: Memo;
  readonly tries: number;
  readonly is_old: boolean;
}

export class Withdrawals {
  readonly #parts: WithdrawalParts;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #hints: Subscription | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: WithdrawalParts) {
    this.#parts = parts;
  }

  start(): void {
    const isEnd = ({ resource, patch }: Change) =>
      resource === "step" && (patch?.["state"] === "cancelled" || patch?.["state"] === "rejected");
    this.#hints = this.#parts.changes$.pipe(filter(isEnd)).subscribe(() => {
      this.#soon ??= setTimeout(() => {
        this.#soon = undefined;
        this.#lookAgain();
      }, GRACE_SECONDS * 1000);
    });
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_MS);
    this.#lookAgain();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    this.#hints?.unsubscribe();
    this.#abort.abort(new Error("the hub is stopping"));
    await this.#looking;
  }

  #lookAgain(): void {
    const { log } = this.#parts;
    this.#looking = this.#looking
      .then(() => this.look())
      .catch((error: unknown) => log.warn("withdrawals.wait", { error: (error as Error).name }));
  }

  async look(): Promise<void> {
    await this.#takeFromDead();
    await this.#forgetOld();
    for (;;) {
      const claimed = this.#abort.signal.aborted ? undefined : await this.#claim();
      if (!claimed) return;
      await this.#settle(claimed, await this.#tell(claimed));
    }
  }

  async #takeFromDead(): Promise<void> {
    const { orm, presence } = this.#parts;
    const held = await orm.em.fork().find(Withdrawal, { hubId: { $ne: null } }, { fields: ["hubId"] });
    const hubs = [...new Set(held.flatMap(({ hubId }) => hubId ?? []))].filter((id) => id !== presence.id);
    const dead = hubs.length > 0 ? await presence.deadAmong(hubs) : [];
    // what this one had in hand before it lost its database, too: nothing is in hand while it looks
    await orm.em.fork().nativeUpdate(Withdrawal, { hubId: [...dead, presence.id] }, { hubId: null });
  }

  /** Those of targets that have nobody to tell, or are gone from the configuration. */
  async #forgetOld(): Promise<void> {
    const before = new Date(Date.now() - 2 * GIVEN_UP_AFTER_MS);
    await this.#parts.orm.em.fork().nativeDelete(Withdrawal, { createdAt: { $lt: before }, hubId: null });
  }

  async #claim(): Promise<Claimed | undefined> {
    const { orm, presence, withdraws } = this.#parts;
    const targets = [...withdraws.keys()];
    if (targets.length === 0) return undefined;
    const [claimed] = await orm.em.fork().execute<Claimed[]>(
      `update withdrawal set hub_id = ?, tries = tries + 1
        where id = (select id from withdrawal where hub_id is null and due_at <= now() and target in (?)
                     order by due_at limit 1 for update skip locked)
       returning id, study_id, target, product, memo, tries, created_at < now() - ? * interval '1 ms' as is_old`,
      [presence.id, targets, GIVEN_UP_AFTER_MS],
    );
    return claimed;
  }

  /** @returns undefined when the other side knows, or nobody has to; else why it does not, and whether to try again */
  async #tell({ id, target, product, memo }: Claimed): Promise<{ code: string; again: boolean } | undefined> {
    const withdraw = this.#parts.withdraws.get(target);
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(LONGEST_TELLING_MS)]);
    try {
      await withdraw?.({ id, product, memo }, signal);
      return undefined;
    } catch (error) {
      if (error instanceof Permanent) return { code: error.code, again: false };
      if (error instanceof Transient) return { code: error.code, again: true };
      if (signal.aborted) return { code: "step.withdrawal-slow", again: true };
      this.#parts.log.error("withdrawal.failed", { step: id, error: (error as Error).name });
      return { code: "plugin.bug", again: true };
    }
  }

  async #settle(
    { id, study_id: studyId, target, tries, is_old: isOld }: Claimed,
    problem: { readonly code: string; readonly again: boolean } | undefined,
  ): Promise<void> {
    const { orm, presence, log } = this.#parts;
    const mine = { id, hubId: presence.id };
    await orm.em.fork().transactional(async (em) => {
      if (problem?.again && !isOld) {
        const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(tries - 1, 12));
        await em.nativeUpdate(Withdrawal, mine, { hubId: null, dueAt: new Date(Date.now() + delay) });
        return;
      }
      if ((await em.nativeDelete(Withdrawal, mine)) === 0) return;
      const event = problem ? "order.not-withdrawn" : "order.withdrawn";
      const detail = { target, tries, ...(problem ? { code: problem.code } : {}) };
      await journal(em, { event, studyId, stepId: id, detail });
    });
    if (problem) log.warn("withdrawal.not-told", { step: id, target, code: problem.code, tries });
  }
}
