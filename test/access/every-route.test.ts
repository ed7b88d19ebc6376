// X-015 Every route asks for the permission it declares, of nobody, of every role, and of a role that a site made.
import express from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_PERMISSIONS, ROLES } from "../../core/access/permissions.ts";
import { routesOf } from "../../core/http/server-routes.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { allOperations, type Operation, plantAccounts, signedInAs } from "./role-visitors.ts";

/** Shows a key in place of a cookie. */
class KeyClient extends ApiClient {
  readonly #key: string;

  constructor(port: number, key: string) {
    super(port);
    this.#key = key;
  }

  override fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.#key}` };
    return super.fetch(path, { ...init, headers });
  }
}

/** They end the session that the walk needs. */
const LAST = ["endMySessions", "endSessions", "signOut"];
/** What a user does beyond looking: a route that is added here was thought about. */
const ACTS_OF_USERS = [
  ...["createUpload", "cancelUpload", "orderProduct", "cancelOwnWork"],
  ...["revealStudy", "revealStudies", "revealElements", "findPatient", "exportStudies"],
  ...["createGroup", "assignStudies", "unassignStudies"],
  // they read, with what they look for in the body
  ...["searchLogs", "countLogs", "streamLogs", "exportLogs"],
];
let site: TestSite;
let hub: Hub;
let operations: Operation[];

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
  await plantAccounts(site, [...Object.keys(ROLES), "night-shift"]);
  const admin = await ApiClient.signedIn(hub.http.port);
  const role = { title: "Night shift", permissions: ["studies.read", "deliveries.resend"] };
  expect((await admin.call("PUT", "/api/access/roles/night-shift", role)).status).toBe(204);
  operations = (await allOperations(hub.http.port)).toSorted(
    (one, other) => LAST.indexOf(one.operationId) - LAST.indexOf(other.operationId),
  );
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

/** Calls with nothing in it: who may come in is decided before anything else. */
async function isRefused(client: ApiClient, { method, address }: Operation): Promise<boolean> {
  const headers = { "content-type": "application/json" };
  const response = await client.fetch(address, {
    method,
    ...(method === "GET" ? {} : { headers, body: "{}" }),
  });
  // a stream that is let in has no end
  const text = response.ok ? await response.body?.cancel() : await response.text();
  return (
    response.status === 401 || (response.status === 403 && text?.includes('"access.permission"') === true)
  );
}

async function refusedOf(client: ApiClient): Promise<string[]> {
  const refused: string[] = [];
  for (const operation of operations) {
    if (await isRefused(client, operation)) refused.push(operation.operationId);
  }
  return refused.sort();
}

const beyond = (permissions: readonly string[]): string[] =>
  operations
    .filter(({ permission }) => !["anyone", "signed-in", "person", ...permissions].includes(permission))
    .map(({ operationId }) => operationId)
    .sort();

describe("every route of the document", () => {
  test("declares a permission of the table", () => {
    const known = new Set<string>([...ALL_PERMISSIONS, "anyone", "signed-in", "person"]);
    expect(operations.length).toBeGreaterThan(60);
    expect(operations.filter(({ permission }) => !known.has(permission))).toEqual([]);
  });

  test("refuses nobody only where anyone may come", async () => {
    const inside = operations.filter(({ permission }) => permission !== "anyone");
    const expected = inside.map(({ operationId }) => operationId).sort();
    expect(await refusedOf(new ApiClient(hub.http.port))).toEqual(expected);
  });

  test.each(Object.entries(ROLES))(
    "A-294 lets %s do what the table says, and nothing else",
    async (name, role) => {
      expect(await refusedOf(await signedInAs(hub.http.port, name))).toEqual(beyond(role.permissions));
    },
  );

  test("A-298 there is no route by which a user does more than this, whatever permission it declares", () => {
    const own: readonly string[] = ROLES["user"]!.permissions;
    const acts = operations.filter(({ method, permission }) => method !== "GET" && own.includes(permission));
    expect(acts.map(({ operationId }) => operationId).toSorted()).toEqual(ACTS_OF_USERS.toSorted());
  });

  test("and the walk tells of one that lets in whom it should not", async () => {
    const user = await signedInAs(hub.http.port, "user");
    const open = { method: "GET", address: "/health", operationId: "open", permission: "settings.write" };
    operations.push(open);
    expect(beyond(ROLES["user"]!.permissions)).toContain("open");
    expect(await isRefused(user, open)).toBe(false);
    operations.pop();
  });

  test("lets a role that the site made do what it says", async () => {
    const client = await signedInAs(hub.http.port, "night-shift");
    expect(await refusedOf(client)).toEqual(beyond(["studies.read", "deliveries.resend"]));
  });

  test("lets a program with a key do what its scopes say, and nothing that is a person's", async () => {
    const admin = await ApiClient.signedIn(hub.http.port);
    const body = { name: "reader", scopes: ["logs.read"] };
    const { key } = (await admin.call<{ key: string }>("POST", "/api/access/keys", body)).body;
    const refused = await refusedOf(new KeyClient(hub.http.port, key));
    const persons = operations.filter(({ permission }) => permission === "person");
    const expected = [...beyond(["logs.read"]), ...persons.map(({ operationId }) => operationId)];
    expect(refused).toEqual(expected.sort());
    expect(persons.length).toBeGreaterThan(2);
  });

  test("A-298 a user changes no settings, certificates, checks or deliveries by hand", () => {
    const denied = [
      "settings.write",
      "updates.apply",
      "certificates.manage",
      "studies.bypass",
      "deliveries.resend",
    ];
    expect(denied.filter((one) => ROLES["user"]!.permissions.includes(one as never))).toEqual([]);
    expect(ROLES["user"]!.permissions).toEqual(
      expect.arrayContaining(["studies.read", "results.read", "groups.read", "logs.read", "uploads.create"]),
    );
  });
});

test("what plugins serve beside the API lets in neither nobody nor whoever is signed in here", async () => {
  const clients = [{ name: "WEB", secretSha256: "0".repeat(64) }];
  const plugins = [{ use: "dicomweb", settings: { clients } }, { use: "cloud-api" }];
  const own = await newSite({ plugins });
  const other = await hubInProcess(own);
  const visitors = [new ApiClient(other.http.port), await ApiClient.signedIn(other.http.port)];
  expect([...other.web.keys()].toSorted()).toEqual(["cloud-api", "dicomweb"]);
  const inside: readonly [string, string, string][] = [
    ...["studies", "instances", "studies/1.2.3", "studies/1.2.3/metadata"].map(
      (path): [string, string, string] => {
        return ["dicomweb", "GET", path];
      },
    ),
    ["dicomweb", "POST", "studies"],
    ["cloud-api", "GET", "test-token"],
    ["cloud-api", "POST", "new-order"],
  ];
  for (const client of visitors) {
    for (const [entry, method, path] of inside) {
      const response = await client.fetch(`${other.web.get(entry)}/${path}`, { method });
      expect([entry, path, response.status]).toEqual([entry, path, 401]);
      await response.body?.cancel();
    }
  }
  await other.stop();
  own.remove();
});

test("no route is on the server that was not declared with a permission", () => {
  const declared = hub.http.api.declared().map(({ method, path }) => `${method} ${path}`);
  expect(hub.http.routes().toSorted()).toEqual(declared.toSorted());
  // that the list is read off the server, and not off the declarations
  const other = express();
  other.get("/forgotten", () => undefined);
  expect(routesOf(other)).toEqual(["get /forgotten"]);
});
