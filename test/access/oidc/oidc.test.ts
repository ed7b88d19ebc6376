// Single sign-on by OpenID Connect against a real provider: code with PKCE, groups, logout, and what does not count.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../core/database/database.ts";
import { JournalEntry } from "../../../core/database/entities/journal-entry.ts";
import { ADMIN_PASSWORD } from "../../support/hub-in-test.ts";
import type { SettingsAnswer } from "../../support/settings-client.ts";
import { OidcSite } from "./oidc-site.ts";

let site: OidcSite;

beforeAll(async () => {
  site = await OidcSite.open();
});
afterAll(async () => {
  await site.close();
});

async function reasonOf(location: string): Promise<unknown> {
  expect(location).toMatch(/^\/login\?refused=/);
  const errorId = new URLSearchParams(location.split("?")[1]).get("id");
  const orm = await connect(site.site.databaseUrl);
  const lines = await orm.em.fork().find(JournalEntry, { event: "session.refused" });
  await orm.close();
  return lines.find(({ detail }) => detail["errorId"] === errorId)?.detail["reason"];
}

describe("OpenID Connect", () => {
  test("signs in, back to the page one wanted, with the role that the groups give", async () => {
    site.person = { sub: "7", email: "ada@clinic.example", groups: ["imaging-admins"] };
    const browser = site.browser();
    expect(await site.signIn(browser)).toBe("/results");
    expect(await browser.whoAmI()).toMatchObject({
      name: "ada@clinic.example",
      role: "admin",
      source: "oidc",
    });
    // the name at the provider may change; who it is does not
    site.person = { sub: "7", email: "ada.new@clinic.example", groups: [] };
    const again = site.browser();
    await site.signIn(again);
    expect(await again.whoAmI()).toMatchObject({ name: "ada@clinic.example", role: "user" });
    expect(await browser.whoAmI()).toBeUndefined();
  });

  test("asks with PKCE, state and nonce", async () => {
    const address = new URL(await site.browser().location("/api/oidc/login"));
    const asked = Object.fromEntries(address.searchParams);
    expect(asked).toMatchObject({ response_type: "code", code_challenge_method: "S256", client_id: "hub" });
    for (const name of ["state", "nonce", "code_challenge"]) expect(asked[name]!.length).toBeGreaterThan(20);
  });

  test("a callback counts once, and only in the browser that asked", async () => {
    site.person = { sub: "8", email: "grace@clinic.example" };
    const [one, other] = [site.browser(), site.browser()];
    const callback = await site.toCallback(one);
    const finish = await other.location(callback);
    expect(await reasonOf(await other.location(finish))).toBe("other-browser");
    expect(await other.whoAmI()).toBeUndefined();
    expect(await reasonOf(await one.location(callback))).toBe("unknown-request");
    expect(await one.whoAmI()).toBeUndefined();
  });

  test.each([
    ["a code of another sign-in", "code"],
    ["a state of another sign-in", "state"],
    ["another issuer", "iss"],
  ])("refuses %s", async (_name, parameter) => {
    const [one, other] = [site.browser(), site.browser()];
    const [mine, foreign] = [new URL(await site.toCallback(one)), new URL(await site.toCallback(other))];
    const value = parameter === "iss" ? "https://evil.example" : foreign.searchParams.get(parameter)!;
    mine.searchParams.set(parameter, value);
    const where = await one.location(mine.href);
    expect(await reasonOf(where)).not.toBeUndefined();
    expect(await one.whoAmI()).toBeUndefined();
  });

  test("says that the provider refused, and keeps what it said to the journal", async () => {
    const browser = site.browser();
    const state = new URL(await browser.location("/api/oidc/login")).searchParams.get("state");
    const iss = encodeURIComponent(site.issuer);
    const where = await browser.location(`/api/oidc/callback?error=access_denied&state=${state}&iss=${iss}`);
    expect(await reasonOf(where)).toBe("access-denied");
  });

  test("a trial shows claims and role, and signs nobody in", async () => {
    site.person = { sub: "11", email: "try@clinic.example", groups: ["imaging-admins"] };
    const browser = site.browser();
    const headers = { "content-type": "application/json" };
    const post = (path: string, body: object, method = "POST") =>
      browser.fetch(path, { method, headers, body: JSON.stringify(body) });
    await post("/api/session", { name: "admin", password: ADMIN_PASSWORD });
    const settings = (await (await browser.fetch("/api/settings")).json()) as SettingsAnswer;
    const { value } = settings.sections.find(({ id }) => id === "core.access")!;
    const tried = await post("/api/settings/core.access/actions/try-oidc", { value });
    const { open } = (await tried.json()) as { open: string };
    const where = await browser.location(await site.toCallback(browser, open));
    const ticket = new URLSearchParams(where.split("?")[1]).get("ticket");
    const result = await (await post("/api/sso/trial", { ticket })).json();
    expect(result).toMatchObject({
      ok: true,
      name: "try@clinic.example",
      role: "admin",
      groups: ["imaging-admins"],
    });
    expect(await browser.whoAmI()).toMatchObject({ name: "admin", source: "local" });
  });

  test("signing out leads to the provider with the token it gave", async () => {
    site.person = { sub: "9", email: "linus@clinic.example" };
    const browser = site.browser();
    await site.signIn(browser);
    const response = await browser.fetch("/api/session", { method: "DELETE" });
    const { location } = (await response.json()) as { location: string };
    expect(location.startsWith(`${site.issuer}/session/end`)).toBe(true);
    expect(new URL(location).searchParams.get("id_token_hint")).toMatch(/^ey/);
    expect(await browser.whoAmI()).toBeUndefined();
  });
});
