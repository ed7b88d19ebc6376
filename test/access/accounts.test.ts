// Local accounts: making, disabling, passwords by the policy, lock-out, and that nobody can lock everybody out.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureAdmin } from "../../core/access/accounts.ts";
import { connect } from "../../core/database/database.ts";
import { Account } from "../../core/database/entities/account.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { ADMIN_PASSWORD, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

let site: TestSite;
let hub: Hub;
let admin: ApiClient;

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
  admin = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const signIn = async (name: string, password: string) => {
  const client = new ApiClient(hub.http.port);
  return { client, answer: await client.call("POST", "/api/session", { name, password }) };
};

async function made(name: string, role = "user"): Promise<{ id: string; password: string }> {
  const { status, body } = await admin.call<{ account: { id: string }; password: string }>(
    "POST",
    "/api/access/accounts",
    { name, role },
  );
  expect(status).toBe(201);
  return { id: body.account.id, password: body.password };
}

describe("an account", () => {
  test("is made with a password that is shown once and keeps the policy", async () => {
    const { password } = await made("nora");
    expect(password.length).toBeGreaterThanOrEqual(15);
    const { client, answer } = await signIn("Nora", password);
    expect(answer).toMatchObject({ status: 200, body: { name: "nora", role: "user", roleTitle: "User" } });
    const { body } = await client.call("GET", "/api/session");
    expect(body).toMatchObject({ permissions: expect.arrayContaining(["studies.read"]) });
    const list = await admin.fetch("/api/access/accounts");
    const text = await list.text();
    expect(text).toContain('"nora"');
    expect(text).not.toContain(password);
    expect(text).not.toContain("argon2");
  });

  test("needs a name of its own that says nothing odd, and a role that is there", async () => {
    await made("taken");
    const tries = [
      { name: "taken", role: "user" },
      { name: "Big Name", role: "user" },
      { name: "saml:somebody", role: "user" },
      { name: "ok", role: "no-such-role" },
    ];
    const answers = await Promise.all(tries.map((body) => admin.call("POST", "/api/access/accounts", body)));
    expect(answers.map(({ body }) => body["code"])).toEqual([
      ...["access.name-taken", "access.bad-name", "access.bad-name", "access.unknown-role"],
    ]);
  });

  test("that is disabled is out at once, and cannot come in", async () => {
    const { id, password } = await made("leaver");
    const { client } = await signIn("leaver", password);
    expect((await client.call("GET", "/api/session")).status).toBe(200);
    const path = `/api/access/accounts/${id}`;
    expect((await admin.call("PATCH", path, { disabled: true })).body).toMatchObject({ disabled: true });
    expect((await client.call("GET", "/api/session")).status).toBe(401);
    expect((await signIn("leaver", password)).answer.status).toBe(401);
    await admin.call("PATCH", path, { disabled: false });
    expect((await signIn("leaver", password)).answer.status).toBe(200);
  });

  test("whose role changes has to sign in again, and then may do what the new role says", async () => {
    const { id, password } = await made("riser");
    const { client } = await signIn("riser", password);
    expect((await client.call("GET", "/api/notices")).status).toBe(403);
    await admin.call("PATCH", `/api/access/accounts/${id}`, { role: "admin" });
    expect((await client.call("GET", "/api/notices")).status).toBe(401);
    const again = await signIn("riser", password);
    expect((await again.client.call("GET", "/api/notices")).status).toBe(200);
    await admin.call("PATCH", `/api/access/accounts/${id}`, { role: "user" });
  });

  test("the last one that manages accounts can be neither disabled nor demoted", async () => {
    const { body } = await admin.call<{ data: { id: string; name: string }[] }>(
      "GET",
      "/api/access/accounts",
    );
    const { id } = body.data.find(({ name }) => name === "admin")!;
    for (const change of [{ disabled: true }, { role: "user" }]) {
      const answer = await admin.call("PATCH", `/api/access/accounts/${id}`, change);
      expect(answer).toMatchObject({ status: 409, body: { code: "access.lock-out" } });
    }
    expect((await admin.call("GET", "/api/session")).status).toBe(200);
  });
});

describe("A-117 a new password", () => {
  test.each([
    ["Sh0rt-enough", "15 characters"],
    ["ALL-UPPER-CASE-1", "lower-case"],
    ["all-lower-case-1", "upper-case"],
    ["No-Digits-In-Here", "digit"],
    ["NoSpecialsInHere1", "special"],
  ])("%s lacks %s", async (wanted, lacks) => {
    const body = { current: ADMIN_PASSWORD, wanted };
    const answer = await admin.call("PUT", "/api/my/password", body);
    expect(answer).toMatchObject({ status: 400, body: { code: "access.weak-password" } });
    expect(answer.body["message"]).toContain(lacks);
  });

  test("needs the current one, and ends all other sessions", async () => {
    const { password } = await made("changer");
    const here = (await signIn("changer", password)).client;
    const there = (await signIn("changer", password)).client;
    const wanted = "Another-password-2";
    const wrong = await here.call("PUT", "/api/my/password", { current: "wrong", wanted });
    expect(wrong).toMatchObject({ status: 403, body: { code: "access.wrong-password" } });
    expect((await here.call("PUT", "/api/my/password", { current: password, wanted })).status).toBe(204);
    expect((await here.call("GET", "/api/session")).status).toBe(200);
    expect((await there.call("GET", "/api/session")).status).toBe(401);
    expect((await signIn("changer", password)).answer.status).toBe(401);
    expect((await signIn("changer", wanted)).answer.status).toBe(200);
  });

  test("that an admin gives ends the sessions of the account", async () => {
    const { id, password } = await made("forgetful");
    const { client } = await signIn("forgetful", password);
    const reset = await admin.call("POST", `/api/access/accounts/${id}/password`, {});
    expect(reset.status).toBe(200);
    expect((await client.call("GET", "/api/session")).status).toBe(401);
    expect((await signIn("forgetful", String(reset.body["password"]))).answer.status).toBe(200);
  });
});

test("an export of the ledger of receipts is journalled with who took it", async () => {
  expect((await admin.fetch("/api/receipts.csv")).status).toBe(200);
  const orm = await connect(site.databaseUrl);
  const lines = await orm.em.fork().find(JournalEntry, { event: "receipts.exported" });
  await orm.close();
  expect(lines.map(({ actor }) => actor)).toEqual(["admin"]);
});

describe("who guesses passwords", () => {
  test("of one account has to wait, also for the right one, and everybody else comes in", async () => {
    const { password } = await made("guessed");
    const guesses = await Promise.all(Array.from({ length: 12 }, () => signIn("guessed", "wrong")));
    const statuses = guesses.map(({ answer }) => answer.status);
    // many at once are no way around
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    const locked = await signIn("guessed", password);
    expect(locked.answer).toMatchObject({ status: 429, body: { code: "access.wait" } });
    expect((await signIn("admin", ADMIN_PASSWORD)).answer.status).toBe(200);
  });

  test("X-014 leaves audit lines with address and device, and never what was typed as a name", async () => {
    await signIn("My-Secret-Typed-As-Name-1", "x");
    const orm = await connect(site.databaseUrl);
    const lines = await orm.em.fork().find(JournalEntry, { event: { $like: "session.%" } });
    await orm.close();
    expect(JSON.stringify(lines)).not.toMatch(/My-Secret/i);
    const refused = lines.find(({ event, actor }) => event === "session.refused" && actor === "unknown");
    expect(refused?.detail).toMatchObject({
      address: expect.stringContaining("127.0.0.1"),
      reason: "password",
    });
    expect(lines.some(({ event, actor }) => event === "session.began" && actor === "admin")).toBe(true);
  });
});

test("A-295 who runs the hub comes in as administrator with a new password for its own account, whatever became of that", async () => {
  const orm = await connect(site.databaseUrl);
  const became = async () => (await orm.em.fork().findOneOrFail(Account, { name: "admin" })).role;
  const lost = { role: "user", disabledAt: new Date() };
  expect((await signIn("admin", ADMIN_PASSWORD)).answer.body).toMatchObject({ role: "admin" });
  await orm.em.fork().nativeUpdate(Account, { name: "admin" }, lost);
  // the password that is on record already is no word of anybody's
  await ensureAdmin(orm, ADMIN_PASSWORD);
  expect(await became()).toBe("user");
  expect((await signIn("admin", ADMIN_PASSWORD)).answer.status).toBe(401);
  const password = "Given-at-the-start-2";
  await ensureAdmin(orm, password);
  const { client, answer } = await signIn("admin", password);
  expect(answer).toMatchObject({ status: 200, body: { role: "admin" } });
  expect((await client.call("GET", "/api/access/accounts")).status).toBe(200);
  expect(await orm.em.fork().count(JournalEntry, { event: "account.given-back" })).toBe(1);
  await orm.close();
});
