// The three ways to sign in, the account behind the glass, and that no mode locks everybody out.
import { readFileSync, writeFileSync } from "node:fs";
import { NEEDS_OPENSSL } from "@thalamus/sdk/testing";
import { afterEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { loadConfig } from "../../core/config/load-config.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { ADMIN_PASSWORD, hubInProcess, newSite } from "../support/hub-in-test.ts";
import { SamlSite } from "./saml/saml-site.ts";
import type { SsoBrowser } from "./sso-browser.ts";

const open: SamlSite[] = [];
afterEach(async () => {
  for (const site of open.splice(0)) await site.close();
});

async function opened(access: object): Promise<SamlSite> {
  const site = await SamlSite.open(access);
  open.push(site);
  return site;
}

async function withPassword(browser: SsoBrowser, name = "admin", password = ADMIN_PASSWORD): Promise<number> {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify({ name, password }) };
  return (await browser.fetch("/api/session", init)).status;
}

const options = async (site: SamlSite) => (await site.browser().fetch("/api/sign-in-options")).json();

describe.skipIf(NEEDS_OPENSSL !== "")(`the mode${NEEDS_OPENSSL}`, () => {
  test("A-122 local has passwords only, and no address of single sign-on", async () => {
    const site = await opened({ mode: "local" });
    expect(await options(site)).toMatchObject({
      password: true,
      breakGlass: false,
      saml: false,
      oidc: false,
    });
    expect((await site.browser().fetch("/api/saml/login")).status).toBe(404);
    expect((await site.browser().fetch("/api/saml/metadata")).status).toBe(404);
    expect(await withPassword(site.browser())).toBe(200);
  });

  test("A-123 both has both", async () => {
    const site = await opened({ mode: "both" });
    expect(await options(site)).toMatchObject({ password: true, breakGlass: false, saml: true, oidc: false });
    expect(await withPassword(site.browser())).toBe(200);
    expect(await site.signIn(site.browser())).toBe("/studies");
  });

  test("A-124 X-002 sso takes no password but that of the break-glass account, which is told", async () => {
    const site = await opened({ mode: "sso" });
    expect(await options(site)).toMatchObject({ password: false, breakGlass: true, saml: true, oidc: false });
    const browser = site.browser();
    expect(await withPassword(browser)).toBe(200);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ name: "nora", role: "admin", password: "Another-password-2" });
    expect((await browser.fetch("/api/access/accounts", { method: "POST", headers, body })).status).toBe(201);
    expect(await withPassword(site.browser(), "nora", "Another-password-2")).toBe(401);
    const lines = await site.orm.em.fork().find(JournalEntry, { event: "session.began" });
    expect(lines.map(({ detail }) => detail["door"])).toEqual(["break-glass"]);
    expect(await site.signIn(site.browser())).toBe("/studies");
  });

  test("sso without a break-glass account is refused until an administrator came in that way", async () => {
    const site = await opened({ mode: "both" });
    const config = parse(readFileSync(site.site.configFile, "utf8"));
    Object.assign(config.access, { mode: "sso", breakGlassAccount: "" });
    config.http.port = 0;
    writeFileSync(site.site.configFile, stringify(config));
    await expect(hubInProcess(site.site)).rejects.toMatchObject({ code: "access.lock-out" });
    await site.signIn(site.browser());
    await expect(hubInProcess(site.site)).rejects.toMatchObject({ code: "access.lock-out" });
    await site.signIn(site.browser(), { nameId: "chief@clinic.example", groups: ["imaging-admins"] });
    const second = await hubInProcess(site.site);
    await second.stop();
  });

  test("guesses from elsewhere do not keep the break-glass account from whoever holds its password", async () => {
    const site = await opened({ mode: "sso" });
    const stranger = site.browser();
    for (let count = 0; count < 6; count += 1) await withPassword(stranger, "admin", "wrong");
    expect(await withPassword(stranger)).toBe(429);
    expect(await withPassword(site.browser())).toBe(200);
  });
});

test.each([
  ["an identity provider", { mode: "sso" }, "access.mode"],
  [
    "the hub's own address",
    { mode: "both", oidc: { issuer: "https://idp.example", clientId: "x" } },
    "access.baseUrl",
  ],
  ["https", { baseUrl: "http://hub.clinic.example" }, "access.baseUrl"],
  ["metadata or its parts", { mode: "both", baseUrl: "https://hub.example", saml: {} }, "access.saml"],
  [
    "some signature",
    {
      ...{ mode: "both", baseUrl: "https://hub.example" },
      saml: { metadataUrl: "https://idp.example/m", requireSignedAssertions: false },
    },
    "access.saml",
  ],
  [
    "a signed response and a key for encrypted assertions",
    {
      ...{ mode: "both", baseUrl: "https://hub.example" },
      saml: { metadataUrl: "https://idp.example/m", decryptAssertions: true },
    },
    "access.saml.decryptAssertions",
  ],
])("a configuration without %s is refused with its place", async (_name, access, path) => {
  const site = await newSite({ plugins: [], access });
  expect(() => loadConfig(site.configFile, {})).toThrow(path);
  site.remove();
});
