// Steps that wait for somebody else: what they remember, what counts as a try, and what people see meanwhile.
import { randomUUID } from "node:crypto";
import type { Outcome } from "@thalamus/sdk";
import { waits } from "@thalamus/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Notice, NoticeTarget } from "../database/entities/notice.ts";
import { CLOUD, OrderLine } from "./testing/order-line.ts";

let line: OrderLine;
beforeAll(async () => {
  line = await OrderLine.open();
});
afterAll(() => line.close());

const inCloud = (progress = 0): Outcome =>
  waits({ afterMs: 0, progress, stage: "in the cloud", isSent: true });
const away: Outcome = { kind: "retry", code: "x.away", message: "Away." };

describe("a memo", () => {
  test("is there for the next try, whichever hub makes it, and after the hub that wrote it died", async () => {
    const { step } = await line.ordered();
    const dead = randomUUID();
    const first = line.ledger(dead);
    const claimed = await line.claim(first, step);
    await first.remember(claimed, { order: "r-1" }, "r-1");
    const successor = line.ledger();
    await successor.recover([dead]);
    const again = await line.claim(successor, step);
    expect(again).toMatchObject({ memo: { order: "r-1" }, reference: "r-1", round: 1 });
    await successor.remember(again, { order: "r-1", upload: "u-1" }, undefined);
    expect(await line.row(step)).toMatchObject({ memo: { order: "r-1", upload: "u-1" }, reference: "r-1" });
  });

  test("is not overwritten by a hub that lost its claim", async () => {
    const { step } = await line.ordered();
    const dead = randomUUID();
    const slow = line.ledger(dead);
    const held = await line.claim(slow, step);
    const successor = line.ledger();
    await successor.recover([dead]);
    const again = await line.claim(successor, step);
    await successor.remember(again, { order: "right" }, undefined);
    await expect(slow.remember(held, { order: "wrong" }, undefined)).rejects.toThrow("claim");
    expect((await line.row(step)).memo).toEqual({ order: "right" });
    await successor.settle(again, inCloud());
    await expect(successor.remember(again, { order: "late" }, undefined)).rejects.toThrow("claim");
  });
});

describe("a step that waits", () => {
  test("is held by no hub, and its order and study are shown as being processed", async () => {
    const { study, step } = await line.ordered();
    const ledger = line.ledger();
    const claimed = await line.claim(ledger, step);
    await ledger.act(claimed);
    await ledger.settle(
      claimed,
      waits({ afterMs: 60_000, progress: 0.4, stage: "in the cloud", isSent: true }),
    );
    const row = await line.row(step);
    expect(row).toMatchObject({ state: "ready", hubId: null, claimToken: null, attempt: 0 });
    expect(row).toMatchObject({ progress: 0.4, stage: "in the cloud" });
    expect(row.notBefore!.getTime()).toBeGreaterThan(Date.now() + 50_000);
    expect(row.sentAt).not.toBeNull();
    expect(await line.status(study)).toEqual({ study: "processing", order: "processing" });
    const look = await line.claim(ledger, step);
    expect(look).toMatchObject({ progress: 0.4, stage: "in the cloud" });
    await ledger.settle(look, inCloud(0.5));
    expect(await line.status(study)).toEqual({ study: "processing", order: "processing" });
    expect((await line.row(step)).sentAt).toEqual(row.sentAt);
  });

  test("is journalled when it begins to wait for something else, and not with every look", async () => {
    const { study, step } = await line.ordered();
    const ledger = line.ledger();
    for (const progress of [0, 0.1, 0.1, 0.7])
      await ledger.settle(await line.claim(ledger, step), inCloud(progress));
    const events = () => line.events(study);
    const once = await events();
    expect(once.filter((event) => event === "step.waits")).toHaveLength(1);
    expect(once.filter((event) => event === "step.claimed")).toHaveLength(1);
    await ledger.settle(
      await line.claim(ledger, step),
      waits({ afterMs: 0, progress: 0.7, stage: "cloud away" }),
    );
    await ledger.settle(await line.claim(ledger, step), inCloud(0.7));
    expect((await events()).filter((event) => event === "step.waits")).toHaveLength(3);
  });

  test("A-171 is told once that it was sent", async () => {
    const { study, step } = await line.ordered();
    const ledger = line.ledger();
    const em = line.orm.em.fork();
    await em.insert(NoticeTarget, { name: "it", events: ["cloud.upload-succeeded"] });
    const upload = waits({ afterMs: 0, progress: 0.1, stage: "sending" });
    await ledger.settle(await line.claim(ledger, step), upload);
    expect(await em.count(Notice, { study })).toBe(0);
    for (const outcome of [inCloud(), inCloud(0.5), away, inCloud(0.6)])
      await ledger.settle(await line.claim(ledger, step), outcome);
    const result = { kind: "diagnostic", files: [], indexes: [], warnings: [] } as const;
    const product = { id: "far-away", version: "1" };
    const done = { kind: "processed", result: { ...result, product } } as const;
    await ledger.settle(await line.claim(ledger, step), done);
    expect(await em.count(Notice, { study })).toBe(1);
    await em.nativeDelete(NoticeTarget, { name: "it" });
  });

  test("fails for good only after tries that failed one after the other, however often it was looked at", async () => {
    const { step } = await line.ordered();
    const ledger = line.ledger();
    for (let round = 0; round < 4; round += 1) {
      await ledger.settle(await line.claim(ledger, step), away);
      await ledger.settle(await line.claim(ledger, step), away);
      await ledger.settle(await line.claim(ledger, step), inCloud());
    }
    expect((await line.row(step)).state).toBe("ready");
    for (let attempt = 0; attempt < 3; attempt += 1)
      await ledger.settle(await line.claim(ledger, step), away);
    expect((await line.row(step)).state).toBe("rejected");
  });

  test("goes before what has not begun", async () => {
    const fresh = await line.ordered();
    const begun = await line.ordered();
    const later = await line.ordered();
    const ledger = line.ledger();
    await line.orm.em.fork().execute("delete from pgboss.job where name = ?", [`step.${CLOUD}`]);
    const [claimed] = [await line.claim(ledger, begun.step)];
    await line.orm.em.fork().transactional(async (em) => {
      await line.queue.enqueueAll(
        em,
        [fresh, later].map(({ step }) => ({ id: step, target: CLOUD })),
      );
    });
    await ledger.settle(claimed, inCloud());
    const fetched = await line.queue.fetch(CLOUD, 1);
    expect(fetched.map(({ stepId }) => stepId)).toEqual([begun.step]);
  });

  test("is cancelled here when the other side cancelled it", async () => {
    const { study, step } = await line.ordered();
    const ledger = line.ledger();
    await ledger.settle(await line.claim(ledger, step), inCloud());
    const off = { kind: "called-off", code: "x.cancelled", message: "Cancelled in the cloud." } as const;
    await ledger.settle(await line.claim(ledger, step), off);
    expect(await line.row(step)).toMatchObject({ state: "cancelled", waitingSince: null });
    expect(await line.status(study)).toEqual({ study: "cancelled", order: "cancelled" });
    expect(await line.events(study)).toContain("step.called-off");
  });

  test("that a person has begun again knows that it is another round, and still what it was", async () => {
    const { step } = await line.ordered();
    const ledger = line.ledger();
    const claimed = await line.claim(ledger, step);
    await ledger.remember(claimed, { order: "r-1" }, "r-1");
    await ledger.settle(claimed, { kind: "rejected", code: "x.no", message: "No." });
    expect(await line.actions.retry(step, "anna")).toBe(true);
    expect(await line.claim(ledger, step)).toMatchObject({ round: 2, memo: { order: "r-1" }, sentAt: null });
  });
});
