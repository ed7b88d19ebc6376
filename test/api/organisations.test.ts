// Organisations, keys and agents over the API: an admin gives a program a key, and takes it away again.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  AgentInfo,
  CloudKeyInfo,
  GetUsageAnswer,
  ListAgentsAnswer,
  ListCloudKeysAnswer,
  ListEntitlementsAnswer,
  MemberInfo,
  OrganisationInfo,
} from "../../admin/src/api.gen.ts";
import { connect } from "../../core/database/database.ts";
import { Account } from "../../core/database/entities/account.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { CloudClient, cloudConfig, wholeHeartbeat } from "../support/cloud-site.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

const ALIAS = "PD/MSAp/PSP-v1.0";
const MISSING = "00000000-0000-4000-8000-000000000000";
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  site = await newSite(cloudConfig());
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

async function organisation(name: string): Promise<OrganisationInfo> {
  const { status, body } = await api.call<OrganisationInfo>("POST", "/api/organisations", { name });
  expect(status).toBe(201);
  return body;
}

async function member(owner: string, form: object): Promise<MemberInfo> {
  const { status, body } = await api.call<MemberInfo>("POST", `/api/organisations/${owner}/members`, form);
  expect(status).toBe(201);
  return body;
}

async function key(holder: string, form: object = {}): Promise<{ key: CloudKeyInfo; secret: string }> {
  const whole = { name: "Upload", scopes: ["orders:write", "agents:write"], ...form };
  const path = `/api/cloud-members/${holder}/keys`;
  const { status, body } = await api.call<{ key: CloudKeyInfo; secret: string }>("POST", path, whole);
  expect(status).toBe(201);
  return body;
}

const client = (secret: string) => new CloudClient(hub.http.port, secret);

describe("an organisation", () => {
  test("says what it has, is renamed, suspended with all its keys, and counted", async () => {
    const { id, orderDays } = await organisation("Clinic North");
    expect(orderDays).toBe(30);
    const { id: holder } = await member(id, { name: "Anna", email: "anna@clinic.example", role: "admin" });
    const { secret } = await key(holder);
    expect(await client(secret).knock()).toBe(200);
    const path = `/api/organisations/${id}`;
    const change = { name: "Clinic South", orderDays: 90, suspended: true };
    const { body } = await api.call<OrganisationInfo>("PATCH", path, change);
    expect(body).toMatchObject({ name: "Clinic South", orderDays: 90, members: 1, keys: 1, runs: 0 });
    expect(body.suspendedAt).not.toBeNull();
    expect(await client(secret).knock()).toBe(401);
    await api.call("PATCH", path, { suspended: false });
    expect(await client(secret).knock()).toBe(200);
    const list = await api.call<{ data: OrganisationInfo[]; total: number }>("GET", "/api/organisations");
    expect(list.body.data.map(({ name }) => name)).toEqual(["Clinic South"]);
    expect((await api.call("DELETE", `${path}?name=Clinic`)).body["code"]).toBe("cloud-access.not-confirmed");
    expect((await api.call("DELETE", `${path}?name=Clinic%20South`)).status).toBe(204);
    expect(await client(secret).knock()).toBe(401);
  });

  test("is refused with a name that is taken, no name, or odd days", async () => {
    await organisation("Taken");
    const again = await api.call("POST", "/api/organisations", { name: "Taken" });
    expect([again.status, again.body["code"]]).toEqual([409, "cloud-access.name-taken"]);
    for (const body of [{}, { name: " x" }, { name: "x", orderDays: 0 }, { name: "x", more: 1 }])
      expect((await api.call("POST", "/api/organisations", body)).body["code"]).toBe("api.invalid");
  });
});

describe("a key", () => {
  test("is given with its secret once, changed and revoked; the journal and the lists never have the secret", async () => {
    const { id } = await organisation("Keys");
    const { id: holder } = await member(id, { name: "Scanner" });
    const { key: made, secret } = await key(holder, { quota: 10 });
    expect(made).toMatchObject({
      memberName: "Scanner",
      quota: 10,
      used: 0,
      state: "active",
      isAdmin: false,
    });
    expect(secret.startsWith(made.prefix)).toBe(true);
    const keys = async () =>
      (await api.call<ListCloudKeysAnswer>("GET", `/api/organisations/${id}/keys`)).body.data;
    expect(await keys()).toEqual([made]);
    expect(await client(secret).knock()).toBe(200);
    expect((await keys())[0]!.lastUsedAt).not.toBeNull();
    const path = `/api/cloud-keys/${made.id}`;
    const changed = await api.call("PATCH", path, {
      name: "Old",
      quota: 0,
      expiresAt: "2999-01-01T00:00:00Z",
    });
    expect(changed.body).toMatchObject({ name: "Old", quota: 0, state: "exhausted" });
    expect((await api.call("POST", `${path}/revoke`)).body).toMatchObject({ state: "revoked" });
    expect((await api.call("POST", `${path}/revoke`)).status).toBe(200);
    expect(await client(secret).knock()).toBe(401);
    expect((await api.call("PATCH", path, { quota: 5 })).body["code"]).toBe("cloud-access.revoked");
    const orm = await connect(site.databaseUrl);
    const journal = await orm.em.fork().find(JournalEntry, {});
    await orm.close();
    const events = journal.filter(({ detail }) => detail["key"] === made.id);
    expect(events.map(({ event, actor }) => `${event} ${actor}`)).toEqual([
      ...["cloud-key.created admin", "cloud-key.changed admin", "cloud-key.revoked admin"],
    ]);
    const told = JSON.stringify(journal, (_, value) => (typeof value === "bigint" ? String(value) : value));
    for (const text of [secret, "Scanner", "anna@clinic.example"]) expect(told).not.toContain(text);
  });

  test("needs a scope, an end that is to come, and for an administrator's key an admin", async () => {
    const { id } = await organisation("Rules");
    const { id: holder } = await member(id, { name: "User" });
    const path = `/api/cloud-members/${holder}/keys`;
    const code = async (form: object) =>
      (await api.call("POST", path, { name: "k", scopes: ["orders:read"], ...form })).body["code"];
    expect(await code({ scopes: [] })).toBe("api.invalid");
    expect(await code({ scopes: ["everything"] })).toBe("api.invalid");
    expect(await code({ expiresAt: "2020-01-01T00:00:00Z" })).toBe("cloud-access.expiry-past");
    expect(await code({ isAdmin: true })).toBe("cloud-access.no-admin");
  });
});

describe("X-087 a product and its usage", () => {
  test("is granted with aliases, run within the quota, and told by key and day", async () => {
    const { id } = await organisation("Usage");
    const { id: holder } = await member(id, { name: "=Anna" });
    const { key: made, secret } = await key(holder, { name: "Night runs", quota: 2 });
    const path = `/api/organisations/${id}`;
    const entitlement = `${path}/entitlements/quick-report`;
    expect(await client(secret).run(randomUUID(), ALIAS)).toBeUndefined();
    expect((await api.call("PUT", entitlement, { aliases: [ALIAS] })).status).toBe(204);
    const { body } = await api.call<ListEntitlementsAnswer>("GET", `${path}/entitlements`);
    expect(body.data).toEqual([{ product: "quick-report", aliases: [ALIAS], offered: true }]);
    expect(body.offered).toContain("quick-report");
    const order = randomUUID();
    const runs = [order, order, randomUUID(), randomUUID()];
    const counted = [];
    for (const one of runs) counted.push(await client(secret).run(one, ALIAS));
    expect(counted).toEqual([true, true, true, false]);
    const today = new Date().toISOString().slice(0, 10);
    const days = `from=${today}&until=${today}`;
    const usage = await api.call<GetUsageAnswer>("GET", `${path}/usage?${days}`);
    const line = {
      keyId: made.id,
      keyName: "Night runs",
      prefix: made.prefix,
      member: "=Anna",
      product: "quick-report",
    };
    expect(usage.body).toEqual({ data: [{ ...line, runs: 2 }], total: 1, runs: 2 });
    const csv = await api.fetch(`${path}/usage.csv?${days}`);
    expect(csv.headers.get("content-disposition")).toBe(`attachment; filename="usage-${today}-${today}.csv"`);
    const lines = (await csv.text()).trim().split("\r\n");
    expect(lines[0]).toBe("at,member,keyName,prefix,keyId,product,orderId");
    expect(lines).toHaveLength(3);
    // no spreadsheet takes a name for a formula
    expect(lines[1]).toContain(`,'=Anna,Night runs,${made.prefix},${made.id},quick-report,${order}`);
    const empty = await api.call<GetUsageAnswer>("GET", `${path}/usage?from=2020-01-01&until=2020-12-31`);
    expect(empty.body).toEqual({ data: [], total: 0, runs: 0 });
    for (const wrong of ["from=2026-02-02&until=2026-02-01", "from=2020-01-01&until=2026-01-01"])
      expect((await api.call("GET", `${path}/usage?${wrong}`)).body["code"]).toBe("cloud-access.days");
    expect((await api.call("GET", `${path}/usage?from=yesterday&until=${today}`)).body["code"]).toBe(
      "api.invalid",
    );
    expect((await api.call("DELETE", `${path}?name=Usage`)).body["code"]).toBe("cloud-access.in-use");
    expect((await api.call("DELETE", entitlement)).status).toBe(204);
    expect(await client(secret).run(randomUUID(), "quick-report")).toBeUndefined();
  });
});

describe("X-065 an agent", () => {
  const list = async (query = "") => (await api.call<ListAgentsAnswer>("GET", `/api/agents${query}`)).body;

  test("A-055 A-069 A-148 A-149 A-150 shows what it sent, with its organisation; is named, filtered and forgotten", async () => {
    const { id } = await organisation("Agents");
    const { secret } = await key((await member(id, { name: "Edge" })).id);
    const whole = wholeHeartbeat(randomUUID());
    const { agent_id, sent_at, interval_seconds, runtime } = wholeHeartbeat(randomUUID());
    expect(await client(secret).beat(whole)).toBe(200);
    const bare = { agent_id, sent_at, interval_seconds, runtime };
    expect(await client(secret).beat(bare)).toBe(200);
    expect(await client("wrong").beat(whole)).toBe(401);
    const { data, total, states } = await list();
    expect(total).toBe(2);
    expect(states).toEqual({ unhealthy: 0, silent: 0, unshared: 1, healthy: 1 });
    expect(data.map(({ heartbeat }) => heartbeat)).toEqual([bare, whole]);
    const [, shown] = data as [AgentInfo, AgentInfo];
    expect(shown).toMatchObject({ agentId: whole.agent_id, name: "", organisation: { id, name: "Agents" } });
    await api.call("PATCH", `/api/agents/${shown.id}`, { name: "Basement" });
    expect((await list("?state=healthy")).data.map(({ name }) => name)).toEqual(["Basement"]);
    expect((await list(`?organisation=${MISSING}`)).total).toBe(0);
    expect((await list(`?organisation=${id}`)).total).toBe(2);
    expect((await api.call("DELETE", `/api/agents/${shown.id}`)).status).toBe(204);
    expect((await list()).total).toBe(1);
  });
});

describe("the console's routes", () => {
  test("say 404 for what is not there", async () => {
    for (const [method, path, body] of [
      ["GET", `/api/organisations/${MISSING}`],
      ["PATCH", `/api/organisations/${MISSING}`, { suspended: true }],
      ["DELETE", `/api/organisations/${MISSING}?name=x`],
      ["GET", `/api/organisations/${MISSING}/members`],
      ["POST", `/api/organisations/${MISSING}/members`, { name: "x" }],
      ["GET", `/api/organisations/${MISSING}/keys`],
      ["GET", `/api/organisations/${MISSING}/entitlements`],
      ["PUT", `/api/organisations/${MISSING}/entitlements/quick-report`, { aliases: [] }],
      ["DELETE", `/api/organisations/${MISSING}/entitlements/quick-report`],
      ["GET", `/api/organisations/${MISSING}/usage?from=2026-01-01&until=2026-01-01`],
      ["GET", `/api/organisations/${MISSING}/usage.csv?from=2026-01-01&until=2026-01-01`],
      ["PATCH", `/api/cloud-members/${MISSING}`, { suspended: true }],
      ["DELETE", `/api/cloud-members/${MISSING}`],
      ["POST", `/api/cloud-members/${MISSING}/keys`, { name: "x", scopes: ["orders:read"] }],
      ["PATCH", `/api/cloud-keys/${MISSING}`, { quota: 1 }],
      ["POST", `/api/cloud-keys/${MISSING}/revoke`],
      ["PATCH", `/api/agents/${MISSING}`, { name: "x" }],
      ["DELETE", `/api/agents/${MISSING}`],
    ] as const) {
      const { status, body: answer } = await api.call(method, path, body);
      expect([path, status, answer["code"]]).toEqual([path, 404, "api.not-found"]);
    }
  });

  test("are for admins, and the status says that this hub is a cloud", async () => {
    expect((await api.call("GET", "/api/status")).body["isCloud"]).toBe(true);
    const orm = await connect(site.databaseUrl);
    await orm.em.fork().nativeUpdate(Account, { name: "admin" }, { role: "user" });
    try {
      for (const path of ["/api/organisations", `/api/organisations/${MISSING}/keys`, "/api/agents"])
        expect((await api.call("GET", path)).body["code"]).toBe("access.permission");
    } finally {
      await orm.em.fork().nativeUpdate(Account, { name: "admin" }, { role: "admin" });
      await orm.close();
    }
  });
});
