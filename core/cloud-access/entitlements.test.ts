// Which product a name means for an organisation, and what of organisations can be deleted.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTOR, AccessInTest } from "../../test/support/access-in-test.ts";

let site: AccessInTest;
beforeAll(async () => {
  site = await AccessInTest.open();
});
afterAll(() => site.close());

describe("an entitlement", () => {
  test("opens a product by its name and its aliases, to its organisation only", async () => {
    const mine = await site.organisation("Mine");
    const theirs = await site.organisation("Theirs");
    const { entitlements } = site.book;
    const named = (organisation: string, name: string) => site.access.productNamed(organisation, name);
    expect(await named(mine, "dti-metrics")).toBeUndefined();
    await entitlements.grant(mine, "dti-metrics", ["PD/MSAp/PSP-v1.0", "AIDP"], ACTOR);
    await entitlements.grant(theirs, "quick-report", ["AIDP"], ACTOR);
    expect(await named(mine, "dti-metrics")).toBe("dti-metrics");
    expect(await named(mine, "PD/MSAp/PSP-v1.0")).toBe("dti-metrics");
    expect(await named(theirs, "AIDP")).toBe("quick-report");
    expect(await named(theirs, "dti-metrics")).toBeUndefined();
    expect(await named(mine, "aidp")).toBeUndefined();
    await entitlements.grant(mine, "dti-metrics", [], ACTOR);
    expect(await named(mine, "AIDP")).toBeUndefined();
    expect(await entitlements.withdraw(mine, "dti-metrics", ACTOR)).toBe(true);
    expect(await named(mine, "dti-metrics")).toBeUndefined();
    expect(await entitlements.withdraw(mine, "dti-metrics", ACTOR)).toBe(false);
    expect(await entitlements.grant(randomUUID(), "dti-metrics", [], ACTOR)).toBe(false);
    const events = ["entitlement.granted", "entitlement.changed", "entitlement.withdrawn"];
    expect(await site.events(mine)).toEqual(["organisation.created", ...events]);
  });

  test("needs a product that the hub runs, and names that mean nothing else yet", async () => {
    const organisation = await site.organisation("Names");
    const grant = (product: string, ...aliases: string[]) =>
      site.book.entitlements.grant(organisation, product, aliases, ACTOR);
    await expect(grant("nothing")).rejects.toMatchObject({ code: "cloud-access.no-product" });
    await grant("dti-metrics", "AIDP");
    const taken = { code: "cloud-access.alias-taken" };
    await expect(grant("quick-report", "AIDP")).rejects.toMatchObject(taken);
    await expect(grant("quick-report", "dti-metrics")).rejects.toMatchObject(taken);
    await expect(grant("quick-report", "quick-report")).rejects.toMatchObject(taken);
    await expect(grant("quick-report", "twice", "twice")).rejects.toMatchObject(taken);
    // two that come at the same time
    const both = await Promise.allSettled([
      grant("quick-report", "new"),
      grant("dti-metrics", "AIDP", "new"),
    ]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("opens nothing while the hub does not run the product, and can be kept until then", async () => {
    const organisation = await site.organisation("Kept");
    await site.book.entitlements.grant(organisation, "quick-report", [], ACTOR);
    site.stopOffering("quick-report");
    expect(await site.access.productNamed(organisation, "quick-report")).toBeUndefined();
    expect(await site.book.entitlements.grant(organisation, "quick-report", ["QR"], ACTOR)).toBe(true);
  });
});

describe("an organisation", () => {
  test("has a name of its own, and says after how many days its orders expire", async () => {
    const id = await site.organisation("One name");
    await expect(site.organisation("One name")).rejects.toMatchObject({ code: "cloud-access.name-taken" });
    await site.book.organisations.change(id, { name: "Renamed", orderDays: 7 }, ACTOR);
    expect(await site.access.organisationName(id)).toBe("Renamed");
    expect(await site.access.orderDays(id)).toBe(7);
    expect(await site.book.organisations.change(randomUUID(), { name: "x" }, ACTOR)).toBe(false);
    await site.member(id, "Anna");
    await expect(site.member(id, "Anna")).rejects.toMatchObject({ code: "cloud-access.name-taken" });
  });

  test("is deleted with its members and keys when its name is typed, as long as nothing was run", async () => {
    const { organisations, members } = site.book;
    const { organisationId, memberId, keyId, secret } = await site.caller();
    const name = await site.access.organisationName(organisationId);
    const wrong = organisations.delete(organisationId, "another", ACTOR);
    await expect(wrong).rejects.toMatchObject({ code: "cloud-access.not-confirmed" });
    await site.access.countUse((await site.access.callerOfKey(keyId))!, randomUUID(), "dti-metrics");
    const inUse = { code: "cloud-access.in-use" };
    await expect(organisations.delete(organisationId, name, ACTOR)).rejects.toMatchObject(inUse);
    await expect(members.delete(memberId, ACTOR)).rejects.toMatchObject(inUse);
    expect(await site.access.callerOfSecret(secret)).toBeDefined();

    const unused = await site.caller();
    expect(await members.delete(unused.memberId, ACTOR)).toBe(true);
    expect(await site.access.callerOfSecret(unused.secret)).toBeUndefined();
    const itsName = await site.access.organisationName(unused.organisationId);
    expect(await organisations.delete(unused.organisationId, itsName, ACTOR)).toBe(true);
    expect(await organisations.delete(unused.organisationId, itsName, ACTOR)).toBe(false);
    expect(await members.delete(unused.memberId, ACTOR)).toBe(false);
  });
});
