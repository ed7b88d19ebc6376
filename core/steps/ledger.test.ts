// The ledger under races: one claim for each step, and no settlement by somebody who lost it.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { Step } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import { SpaceAccount } from "../files/space-account.ts";
import { openLog } from "../observe/log.ts";
import { Ledger } from "./ledger.ts";
import { Route } from "./route.ts";
import { StepQueue } from "./step-queue.ts";

const TARGET = "check-a";
const log = openLog({ level: "error", terminal: false });
let orm: MikroORM;
let queue: StepQueue;
let route: Route;

beforeAll(async () => {
  const url = await freshDatabase();
  orm = await connect(url);
  queue = await StepQueue.open(url, [TARGET], log);
  route = new Route(
    {
      check: [TARGET],
      deidentify: [],
      process: [],
      deliver: [],
      products: new Map(),
      formats: () => ["dicom"],
    },
    queue,
  );
});
afterAll(async () => {
  await queue.close();
  await orm.close();
});

const ledgerOf = (hubId: string, repeat = true) => {
  const retry = { attempts: 2, firstDelaySeconds: 0.05, longestDelaySeconds: 1 };
  const space = new SpaceAccount({ warnBelow: 0, keepFree: 0 });
  return new Ledger({
    orm,
    queue,
    route,
    hubId,
    retry,
    space,
    repeatable: () => repeat,
    outbound: () => false,
    log,
    settled: () => {},
  });
};

/** A study that has just become stable, with its check waiting. */
async function stableStudy(): Promise<{ study: string; step: string }> {
  return orm.em.fork().transactional(async (em) => {
    const study = em.create(Study, {
      id: randomUUID(),
      studyInstanceUid: `1.2.${Date.now()}.${Math.floor(Math.random() * 1e9)}`,
      stableAt: new Date(),
    });
    await em.flush();
    await em.refresh(study);
    await route.begin(em, study);
    const step = await em.findOneOrFail(Step, { study: study.id });
    return { study: study.id, step: step.id };
  });
}

const stepRow = (id: string) => orm.em.fork().findOneOrFail(Step, id);
const studyRow = (id: string) => orm.em.fork().findOneOrFail(Study, id);

describe("the ledger", () => {
  test("gives a step to one of many hubs that want it", async () => {
    const { step } = await stableStudy();
    const jobs = [{ jobId: randomUUID(), stepId: step }];
    const hubs = Array.from({ length: 8 }, () => ledgerOf(randomUUID()));
    const claims = await Promise.all(hubs.map((ledger) => ledger.claim(TARGET, jobs)));
    expect(claims.flat()).toHaveLength(1);
    expect((await stepRow(step)).attempt).toBe(1);
  });

  test("refuses the settlement of a hub that was taken for dead, and keeps that of its successor", async () => {
    const { study, step } = await stableStudy();
    const dead = randomUUID();
    const slow = ledgerOf(dead);
    const successor = ledgerOf(randomUUID());
    const [held] = await slow.claim(TARGET, [{ jobId: randomUUID(), stepId: step }]);
    expect(await successor.recover([dead])).toEqual([{ id: step, claimToken: held!.claimToken }]);
    const [again] = await successor.claim(TARGET, [{ jobId: randomUUID(), stepId: step }]);
    expect(again?.attempt).toBe(2);
    expect(await slow.settle(held!, { kind: "held", lines: [] })).toBe(false);
    expect(await successor.settle(again!, { kind: "passed", lines: [] })).toBe(true);
    expect((await stepRow(step)).state).toBe("done");
    expect((await studyRow(study)).status).toBe("processed");
  });

  test("takes back what it claimed without hearing of it, and leaves alone what it holds", async () => {
    const hub = randomUUID();
    const ledger = ledgerOf(hub);
    const [unheard, held] = [await stableStudy(), await stableStudy()];
    for (const { step } of [unheard, held])
      await ledger.claim(TARGET, [{ jobId: randomUUID(), stepId: step }]);
    await ledger.takeBack(TARGET, [held.step]);
    expect((await stepRow(unheard.step)).state).toBe("ready");
    expect((await stepRow(held.step)).state).toBe("claimed");
    await ledger.takeBack(TARGET, []);
  });

  test("finds every ready step whose job got lost, and no other, however many wait before it", async () => {
    const waiting = await Promise.all(Array.from({ length: 3 }, () => stableStudy()));
    const lost = await Promise.all(Array.from({ length: 3 }, () => stableStudy()));
    const em = orm.em.fork();
    for (const { step } of lost) await em.execute("delete from pgboss.job where singleton_key = ?", [step]);
    const soon = new Date(Date.now() + 1000);
    const found = async () => (await queue.lost(orm.em.fork(), soon, 500)).map(({ id }) => id);
    const ids = (studies: readonly { step: string }[]) => studies.map(({ step }) => step);
    expect((await found()).toSorted()).toEqual(expect.arrayContaining(ids(lost).toSorted()));
    for (const { step } of waiting) expect(await found()).not.toContain(step);
    await ledgerOf(randomUUID()).remind(-1);
    for (const { step } of lost) expect(await found()).not.toContain(step);
    const fetched = (await queue.fetch(TARGET, 100)).map(({ stepId }) => stepId);
    expect(fetched).toEqual(expect.arrayContaining(ids([...waiting, ...lost])));
  });

  test("a step that is made ready again while its old job is fetched is looked at all the same", async () => {
    const { step } = await stableStudy();
    await orm.em.fork().nativeUpdate(Step, step, { state: "cancelled" });
    await orm.em.fork().transactional(async (em) => {
      const row = await em.findOneOrFail(Step, step, { lockMode: LockMode.PESSIMISTIC_WRITE });
      row.state = "ready";
      await em.flush();
      // the old job still waits, so this one is dropped
      await queue.enqueue(em, row);
      const jobs = (await queue.fetch(TARGET, 500)).filter(({ stepId }) => stepId === step);
      expect(jobs).toHaveLength(1);
      expect(await ledgerOf(randomUUID()).claim(TARGET, jobs)).toEqual([]);
    });
    await vi.waitFor(
      async () => {
        const found = (await queue.fetch(TARGET, 500)).map(({ stepId }) => stepId);
        expect(found).toContain(step);
      },
      { timeout: 10_000, interval: 100 },
    );
  });

  test("asks a person about a step that was interrupted while it acted and cannot be repeated", async () => {
    const { step } = await stableStudy();
    const dead = randomUUID();
    const ledger = ledgerOf(dead, false);
    const [held] = await ledger.claim(TARGET, [{ jobId: randomUUID(), stepId: step }]);
    await ledger.act(held!);
    expect((await stepRow(step)).state).toBe("acting");
    await ledgerOf(randomUUID(), false).recover([dead]);
    expect((await stepRow(step)).state).toBe("unknown");
  });

  test("tries again after a passing fault, and gives up with the reason after the last try", async () => {
    const { study, step } = await stableStudy();
    const ledger = ledgerOf(randomUUID());
    for (const state of ["ready", "rejected"]) {
      const [held] = await ledger.claim(TARGET, [{ jobId: randomUUID(), stepId: step }]);
      await ledger.settle(held!, { kind: "retry", code: "check-a.busy", message: "Busy." });
      expect((await stepRow(step)).state).toBe(state);
    }
    expect((await stepRow(step)).outcome).toMatchObject({ kind: "rejected", code: "check-a.busy" });
    expect((await studyRow(study)).status).toBe("failed");
  });

  test("settles what ends together, and nobody waits for a study that somebody holds or a claim that is lost", async () => {
    const ledger = ledgerOf(randomUUID());
    const studies = await Promise.all(Array.from({ length: 6 }, () => stableStudy()));
    const jobs = studies.map(({ step }) => ({ jobId: randomUUID(), stepId: step }));
    const claims = await ledger.claim(TARGET, jobs);
    expect(claims).toHaveLength(6);
    const [held, lost, ...others] = claims;
    await orm.em.fork().nativeUpdate(Step, lost!.id, { claimToken: randomUUID() });
    const settle = (step: (typeof claims)[number]) => ledger.settle(step, { kind: "passed", lines: [] });
    const late = await orm.em.fork().transactional(async (em) => {
      await em.findOneOrFail(Study, held!.study.id, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const waits = settle(held!);
      expect(await Promise.all([lost!, ...others].map(settle))).toEqual([false, true, true, true, true]);
      expect((await stepRow(held!.id)).state).toBe("claimed");
      return { waits };
    });
    expect(await late.waits).toBe(true);
    for (const { id, study } of [held!, ...others]) {
      expect((await stepRow(id)).state).toBe("done");
      expect((await studyRow(study.id)).status).toBe("processed");
      const lines = await orm.em.fork().find(JournalEntry, { studyId: study.id }, { orderBy: { id: "asc" } });
      const events = lines.map(({ event }) => event);
      expect(events).toEqual(["study.checking", "step.claimed", "step.passed", "study.processed"]);
    }
    expect((await stepRow(lost!.id)).state).toBe("claimed");
  });

  test("lets those act that hold their claim, when several begin at once", async () => {
    const ledger = ledgerOf(randomUUID());
    const studies = await Promise.all(Array.from({ length: 3 }, () => stableStudy()));
    const claims = await ledger.claim(
      TARGET,
      studies.map(({ step }) => ({ jobId: randomUUID(), stepId: step })),
    );
    await orm.em.fork().nativeUpdate(Step, claims[1]!.id, { claimToken: randomUUID() });
    const ends = await Promise.allSettled(claims.map((step) => ledger.act(step)));
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await ledger.act(claims[0]!);
    const states = await Promise.all(claims.map(async ({ id }) => (await stepRow(id)).state));
    expect(states).toEqual(["acting", "claimed", "acting"]);
  });

  test("writes nothing at all when a part of the settlement fails", async () => {
    const { step } = await stableStudy();
    const ledger = ledgerOf(randomUUID());
    const [held] = await ledger.claim(TARGET, [{ jobId: randomUUID(), stepId: step }]);
    const broken = () => Promise.reject(new Error("the result could not be recorded"));
    await expect(ledger.settle(held!, { kind: "passed", lines: [] }, broken)).rejects.toThrow("recorded");
    expect((await stepRow(step)).state).toBe("claimed");
    expect(await ledger.settle(held!, { kind: "passed", lines: [] })).toBe(true);
  });
});
