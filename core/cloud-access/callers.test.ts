// Who is let in by a key, and who is not, against PostgreSQL.
import { randomUUID } from "node:crypto";
import { CLOUD_SCOPES } from "@thalamus/sdk/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTOR, AccessInTest } from "../../test/support/access-in-test.ts";
import { CloudKey } from "../database/entities/cloud-key.ts";
import { hashOf } from "./key-secret.ts";

let site: AccessInTest;
beforeAll(async () => {
  site = await AccessInTest.open();
});
afterAll(() => site.close());

const lastUse = async (id: string) => (await site.orm.em.fork().findOneOrFail(CloudKey, id)).lastUsedAt;
const setLastUse = (id: string, at: Date) =>
  site.orm.em.fork().nativeUpdate(CloudKey, { id }, { lastUsedAt: at });

describe("a key", () => {
  test("lets in who has its secret, which the database does not have", async () => {
    const organisation = await site.organisation("Clinic North");
    const member = await site.member(organisation, "Scanner 1");
    const { id, secret } = await site.key(member, { scopes: ["orders:write"] });
    expect(secret).toMatch(/^thk_[\w-]{43}$/);
    const caller = await site.access.callerOfSecret(secret);
    expect(caller).toEqual({
      organisationId: organisation,
      memberId: member,
      keyId: id,
      scopes: ["orders:write"],
      isAdmin: false,
    });
    expect(await site.access.callerOfKey(id)).toEqual(caller);
    expect(await site.access.callerOfClient(id, secret)).toEqual(caller);
    const rows = await site.orm.em.fork().execute("select to_jsonb(k)::text as row from cloud_key k");
    const text = JSON.stringify([rows, await site.orm.em.fork().execute("select * from journal")]);
    expect(text).toContain(hashOf(secret));
    expect(text).not.toContain(secret.slice(10));
  });

  test("is no use to who has another secret, or the secret of another client", async () => {
    const one = await site.caller();
    const other = await site.caller();
    expect(await site.access.callerOfSecret(`${one.secret}x`)).toBeUndefined();
    expect(await site.access.callerOfSecret("")).toBeUndefined();
    expect(await site.access.callerOfSecret(hashOf(one.secret))).toBeUndefined();
    expect(await site.access.callerOfClient(other.keyId, one.secret)).toBeUndefined();
    expect(await site.access.callerOfClient("no-id", one.secret)).toBeUndefined();
    expect(await site.access.callerOfKey("no-id")).toBeUndefined();
    expect(await site.access.callerOfKey(randomUUID())).toBeUndefined();
  });

  test("is of no use when it is revoked or expired, or its member or organisation is suspended", async () => {
    const { keyId, memberId, organisationId, secret } = await site.caller();
    const isLetIn = async () => {
      const both = [await site.access.callerOfSecret(secret), await site.access.callerOfKey(keyId)];
      expect(new Set(both.map(Boolean)).size).toBe(1);
      return both[0] !== undefined;
    };
    const { organisations, members, keys } = site.book;
    await organisations.change(organisationId, { suspended: true }, ACTOR);
    expect(await isLetIn()).toBe(false);
    await organisations.change(organisationId, { suspended: false }, ACTOR);
    expect(await isLetIn()).toBe(true);
    await members.change(memberId, { suspended: true }, ACTOR);
    expect(await isLetIn()).toBe(false);
    await members.change(memberId, { suspended: false }, ACTOR);
    expect(await isLetIn()).toBe(true);
    await site.orm.em.fork().nativeUpdate(CloudKey, { id: keyId }, { expiresAt: new Date() });
    expect(await isLetIn()).toBe(false);
    await keys.change(keyId, { expiresAt: null }, ACTOR);
    expect(await isLetIn()).toBe(true);
    await keys.revoke(keyId, ACTOR);
    expect(await isLetIn()).toBe(false);
    await expect(keys.change(keyId, { name: "again" }, ACTOR)).rejects.toMatchObject({
      code: "cloud-access.revoked",
    });
    expect(await site.events(organisationId)).toEqual([
      ...["organisation.created", "cloud-member.created", "cloud-key.created"],
      ...["organisation.suspended", "organisation.resumed"],
      ...["cloud-member.suspended", "cloud-member.resumed"],
      ...["cloud-key.changed", "cloud-key.revoked"],
    ]);
  });

  test("tells when it was used, once a minute at most", async () => {
    const { keyId, secret } = await site.caller();
    const first = await lastUse(keyId);
    expect(first).toBeInstanceOf(Date);
    await Promise.all(Array.from({ length: 5 }, () => site.access.callerOfSecret(secret)));
    expect(await lastUse(keyId)).toEqual(first);
    const before = new Date(Date.now() - 61_000);
    await setLastUse(keyId, before);
    await site.access.callerOfKey(keyId);
    expect((await lastUse(keyId))!.getTime()).toBeGreaterThan(before.getTime() + 60_000);
  });

  test("X-077 sees the whole organisation while it is an admin's key and its member an admin", async () => {
    const { keyId, memberId, organisationId } = await site.caller({ isAdmin: true });
    expect((await site.access.callerOfKey(keyId))!.isAdmin).toBe(true);
    await site.book.members.change(memberId, { role: "user" }, ACTOR);
    expect((await site.access.callerOfKey(keyId))!.isAdmin).toBe(false);
    const user = await site.member(organisationId, "User");
    await expect(site.key(user, { isAdmin: true })).rejects.toMatchObject({ code: "cloud-access.no-admin" });
    expect(
      await site.book.keys.create(randomUUID(), { ...NOTHING, scopes: CLOUD_SCOPES }, ACTOR),
    ).toBeUndefined();
  });

  test("cannot be made with an end that is over, nor can its end be set so", async () => {
    const { keyId, memberId } = await site.caller();
    const code = "cloud-access.expiry-past";
    const expiresAt = new Date(Date.now() - 1000);
    await expect(site.key(memberId, { expiresAt })).rejects.toMatchObject({ code });
    await expect(site.book.keys.change(keyId, { expiresAt }, ACTOR)).rejects.toMatchObject({
      code,
    });
  });

  test("is counted when its secret is right and when one is wrong", async () => {
    const { secret } = await site.caller();
    await site.access.callerOfSecret(secret);
    await site.access.callerOfSecret("wrong");
    const text = await site.metrics.text();
    expect(text).toMatch(/thalamus_cloud_secrets_checked_total\{outcome="admitted"\} [1-9]/);
    expect(text).toMatch(/thalamus_cloud_secrets_checked_total\{outcome="refused"\} [1-9]/);
  });
});

const NOTHING = { name: "x", isAdmin: false, quota: null, expiresAt: null };
