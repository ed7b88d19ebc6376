// The quota of keys and the report of what was run, against PostgreSQL and many at the same time.
import { randomUUID } from "node:crypto";
import type { CloudAccess } from "@thalamus/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTOR, AccessInTest } from "../../test/support/access-in-test.ts";
import { connect } from "../database/database.ts";
import { CloudKey, KeyUse } from "../database/entities/cloud-key.ts";
import { openCloudAccess } from "./open-cloud-access.ts";
import { usageLines } from "./usage.ts";

const PRODUCT = "dti-metrics";
const MANY = 50;
let site: AccessInTest;
/** Another hub on the same database. */
let other: { readonly access: CloudAccess; close(): Promise<void> };

beforeAll(async () => {
  site = await AccessInTest.open();
  const orm = await connect(site.url);
  other = { access: openCloudAccess(orm, () => [PRODUCT], site.metrics).access, close: () => orm.close() };
});
afterAll(async () => {
  await other.close();
  await site.close();
});

const used = async (id: string) => (await site.orm.em.fork().findOneOrFail(CloudKey, id)).used;
const lines = (key: string) => site.orm.em.fork().count(KeyUse, { key });
const hub = (index: number) => (index % 2 === 0 ? site.access : other.access);
const many = <T>(work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: MANY }, (_, index) => work(index)));

describe("a quota", () => {
  test(`lets exactly as many of ${MANY} runs at the same time through as it has, over two hubs`, async () => {
    const caller = await site.caller({ quota: 7 });
    const answers = await many((index) => hub(index).countUse(caller, randomUUID(), PRODUCT));
    expect(answers.filter(Boolean)).toHaveLength(7);
    expect([await used(caller.keyId), await lines(caller.keyId)]).toEqual([7, 7]);
  });

  test(`counts the same order and product once, however many ask at the same time, and each product for itself`, async () => {
    const caller = await site.caller({ quota: 2 });
    const order = randomUUID();
    const answers = await many((index) => hub(index).countUse(caller, order, PRODUCT));
    expect(answers).toEqual(Array.from({ length: MANY }, () => true));
    expect(await used(caller.keyId)).toBe(1);
    expect(await site.access.countUse(caller, order, "quick-report")).toBe(true);
    expect(await site.access.countUse(caller, randomUUID(), PRODUCT)).toBe(false);
    // what was counted stays so when nothing is left
    expect(await site.access.countUse(caller, order, PRODUCT)).toBe(true);
    expect([await used(caller.keyId), await lines(caller.keyId)]).toEqual([2, 2]);
  });

  test("counts a run of two keys at the same time on one of them", async () => {
    const one = await site.caller({ quota: 100 });
    const { id } = await site.key(one.memberId, { quota: 100 });
    const two = { ...one, keyId: id };
    const orders = Array.from({ length: 10 }, () => randomUUID());
    await many((index) => hub(index).countUse(index % 4 < 2 ? one : two, orders[index % 10]!, PRODUCT));
    expect((await used(one.keyId)) + (await used(two.keyId))).toBe(10);
    expect((await lines(one.keyId)) + (await lines(two.keyId))).toBe(10);
  });

  test("can be raised, not below what was counted, and left out", async () => {
    const caller = await site.caller({ quota: 0 });
    const next = () => site.access.countUse(caller, randomUUID(), PRODUCT);
    expect(await next()).toBe(false);
    await site.book.keys.change(caller.keyId, { quota: 1 }, ACTOR);
    expect([await next(), await next()]).toEqual([true, false]);
    const lower = site.book.keys.change(caller.keyId, { quota: 0 }, ACTOR);
    await expect(lower).rejects.toMatchObject({ code: "cloud-access.quota-used" });
    await site.book.keys.change(caller.keyId, { quota: null }, ACTOR);
    expect([await next(), await next()]).toEqual([true, true]);
    expect(await site.access.countUse({ ...caller, keyId: randomUUID() }, randomUUID(), PRODUCT)).toBe(false);
  });
});

describe("X-087 the usage report", () => {
  const at = (order: string, time: string) =>
    site.orm.em.fork().nativeUpdate(KeyUse, { orderId: order }, { at: new Date(time) });
  const day = (text: string) => new Date(`${text}T00:00:00Z`);

  test("has both its days whole, in UTC; of the key itself, or of all keys for an admin's", async () => {
    const admin = await site.caller({ isAdmin: true, name: "admin key" });
    const { id } = await site.key(await site.member(admin.organisationId, "User"), { name: "user key" });
    const user = (await site.access.callerOfKey(id))!;
    const stranger = await site.caller();
    const times = {
      "2026-02-28T23:59:59.999Z": user,
      "2026-03-01T00:00:00Z": user,
      "2026-03-02T12:00:00Z": admin,
      "2026-03-03T23:59:59.999Z": user,
      "2026-03-04T00:00:00Z": admin,
      "2026-03-02T13:00:00Z": stranger,
    };
    for (const [time, caller] of Object.entries(times)) {
      const order = randomUUID();
      await site.access.countUse(caller, order, PRODUCT);
      await at(order, time);
    }
    // revoked keys are in it too
    await site.book.keys.revoke(user.keyId, ACTOR);
    const told = async (who: typeof user) => {
      const uses = await site.access.uses(who, day("2026-03-01"), new Date("2026-03-03T15:00:00Z"));
      return uses.map(({ keyName, product, at: when }) => `${when.toISOString()} ${keyName} ${product}`);
    };
    const own = [
      "2026-03-01T00:00:00.000Z user key dti-metrics",
      "2026-03-03T23:59:59.999Z user key dti-metrics",
    ];
    expect(await told(user)).toEqual(own);
    expect(await told(admin)).toEqual([own[0], "2026-03-02T12:00:00.000Z admin key dti-metrics", own[1]]);
    const days = { from: day("2026-03-01"), until: day("2026-03-31") };
    const { organisationId } = admin;
    const sums = await usageLines(site.orm.em.fork(), { organisationId }, days);
    expect(sums.map(({ member, keyName, runs }) => [member, keyName, runs])).toEqual([
      ["Member", "admin key", 2],
      ["User", "user key", 2],
    ]);
  });
});
