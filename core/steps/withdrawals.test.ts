// Orders that are off here are taken back on the other side: also those that nobody has in hand.
import { randomUUID } from "node:crypto";
import { Permanent, Transient, type WithdrawnOrder, waits } from "@thalamus/sdk";
import { NEVER } from "rxjs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Withdrawal } from "../database/entities/withdrawal.ts";
import { openLog } from "../observe/log.ts";
import { CLOUD, OrderLine } from "./testing/order-line.ts";
import { type Withdraw, Withdrawals } from "./withdrawals.ts";

let line: OrderLine;
beforeAll(async () => {
  line = await OrderLine.open();
});
afterAll(() => line.close());
beforeEach(async () => {
  await line.orm.em.fork().nativeDelete(Withdrawal, {});
});

const log = openLog({ level: "error", terminal: false });

const teller = (withdraw: Withdraw, id = randomUUID(), dead: readonly string[] = []) =>
  new Withdrawals({
    ...{ orm: line.orm, changes$: NEVER, log },
    presence: { id, deadAmong: async (hubs) => hubs.filter((hub) => dead.includes(hub)) },
    withdraws: new Map([[CLOUD, withdraw]]),
  });

/** As if the moment for a plugin to notice had passed. */
const dueNow = () => line.orm.em.fork().execute("update withdrawal set due_at = now() - interval '1 second'");
const waiting = () => line.orm.em.fork().find(Withdrawal, {});

/** An order that is processed outside while no hub holds it. */
async function outside(): Promise<{ readonly study: string; readonly step: string }> {
  const ordered = await line.ordered();
  const ledger = line.ledger();
  const claimed = await line.claim(ledger, ordered.step);
  await ledger.remember(claimed, { order: `r-${ordered.step}` }, undefined);
  await ledger.settle(claimed, waits({ afterMs: 3_600_000, progress: 0, stage: "in the cloud" }));
  return ordered;
}

describe("an order that is off", () => {
  test("is withdrawn after a person cancelled the study, though no hub had the step in hand", async () => {
    const { study, step } = await outside();
    await line.actions.cancelStudy(study, "anna");
    await dueNow();
    const told: WithdrawnOrder[] = [];
    await teller(async (order) => void told.push(order)).look();
    expect(told).toEqual([{ id: step, product: "far-away", memo: { order: `r-${step}` } }]);
    expect(await waiting()).toEqual([]);
    expect(await line.events(study)).toContain("order.withdrawn");
  });

  test("is withdrawn when it was given up, and when a new revision superseded it", async () => {
    const given = await outside();
    const ledger = line.ledger();
    const claimed = await line.claim(ledger, given.step);
    await ledger.settle(claimed, { kind: "rejected", code: "x.no", message: "No." });
    const superseded = await outside();
    await line.orm.em.fork().transactional(async (em) => {
      const { Study } = await import("../database/entities/study.ts");
      await line.route.supersede(em, await em.findOneOrFail(Study, superseded.study));
    });
    expect((await waiting()).map(({ id }) => id).toSorted()).toEqual(
      [given.step, superseded.step].toSorted(),
    );
  });

  test("is not withdrawn when it never began outside, nor when the other side called it off", async () => {
    const untouched = await line.ordered();
    await line.actions.cancelStudy(untouched.study, "anna");
    const called = await outside();
    const ledger = line.ledger();
    const claimed = await line.claim(ledger, called.step);
    await ledger.settle(claimed, { kind: "called-off", code: "x.off", message: "Off." });
    expect(await waiting()).toEqual([]);
  });

  test("is withdrawn later when the other side is away, also after the study was deleted", async () => {
    const { study, step } = await outside();
    await line.actions.cancelStudy(study, "anna");
    await line.orm.em.fork().execute("delete from study where id = ?", [study]);
    await dueNow();
    let isAway = true;
    const told: string[] = [];
    const withdrawals = teller(async ({ id }) => {
      if (isAway) throw new Transient("x.away", "Away.");
      told.push(id);
    });
    await withdrawals.look();
    const [row] = await waiting();
    expect(row).toMatchObject({ id: step, tries: 1, hubId: null });
    expect(row!.dueAt.getTime()).toBeGreaterThan(Date.now());
    isAway = false;
    await dueNow();
    await withdrawals.look();
    expect(told).toEqual([step]);
    expect(await line.events(study)).toContain("order.withdrawn");
  });

  test("is put on record as not withdrawn where trying again does not help, or a week has passed", async () => {
    const refused = await outside();
    await line.actions.cancelStudy(refused.study, "anna");
    await dueNow();
    await teller(() => Promise.reject(new Permanent("x.refused", "Refused."))).look();
    const old = await outside();
    await line.actions.cancelStudy(old.study, "anna");
    await dueNow();
    await line.orm.em.fork().execute("update withdrawal set created_at = now() - interval '8 days'");
    await teller(() => Promise.reject(new Transient("x.away", "Away."))).look();
    expect(await waiting()).toEqual([]);
    for (const { study } of [refused, old]) expect(await line.events(study)).toContain("order.not-withdrawn");
  });

  test("is withdrawn by another hub when the one that was telling died", async () => {
    const { study, step } = await outside();
    await line.actions.cancelStudy(study, "anna");
    const dead = randomUUID();
    await line.orm.em.fork().nativeUpdate(Withdrawal, { id: step }, { hubId: dead });
    await dueNow();
    const told: string[] = [];
    const tell: Withdraw = async ({ id }) => void told.push(id);
    await teller(tell).look();
    expect(told).toEqual([]);
    await teller(tell, randomUUID(), [dead]).look();
    expect(told).toEqual([step]);
  });

  test("that is begun again is withdrawn no more, and waits while a hub is telling", async () => {
    const { study, step } = await outside();
    await line.actions.cancelStudy(study, "anna");
    await line.orm.em.fork().nativeUpdate(Withdrawal, { id: step }, { hubId: randomUUID() });
    expect(await line.actions.retry(step, "anna")).toBe(false);
    await line.orm.em.fork().nativeUpdate(Withdrawal, { id: step }, { hubId: null });
    expect(await line.actions.retry(step, "anna")).toBe(true);
    expect(await waiting()).toEqual([]);
  });
});
