// Single sign-on by SAML 2.0 with a provider that behaves: roles by groups, accounts, logout on both sides, changes.
import { readFileSync, writeFileSync } from "node:fs";
import { NEEDS_OPENSSL } from "@thalamus/sdk/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { Account, Session } from "../../../core/database/entities/account.ts";
import { ApiClient } from "../../support/api-client.ts";
import { hubInProcess } from "../../support/hub-in-test.ts";
import { type Problem, SettingsClient } from "../../support/settings-client.ts";
import { SsoBrowser } from "../sso-browser.ts";
import { SamlSite } from "./saml-site.ts";
import { EMAIL, readLogin, type Saying, type Signing, TestIdp } from "./test-idp.ts";

describe.skipIf(NEEDS_OPENSSL !== "")(`SAML${NEEDS_OPENSSL}`, () => {
  let site: SamlSite;

  beforeAll(async () => {
    site = await SamlSite.open();
  });
  afterAll(async () => {
    await site.close();
  });

  test("A-292 A-296 signs in, back to the page one wanted, as a user", async () => {
    const browser = site.browser();
    expect(await site.signIn(browser)).toBe("/studies");
    expect(await browser.whoAmI()).toMatchObject({
      name: "ada@clinic.example",
      role: "user",
      source: "saml",
    });
    expect((await browser.fetch("/api/notices")).status).toBe(403);
  });

  test("A-133 a member of the admin group is an administrator, until the group is gone", async () => {
    const [first, second] = [site.browser(), site.browser()];
    const nameId = "grace@clinic.example";
    await site.signIn(first, { nameId, groups: ["others", "imaging-admins"] });
    expect(await first.whoAmI()).toMatchObject({ role: "admin" });
    await site.signIn(second, { nameId, groups: ["others"] });
    expect(await second.whoAmI()).toMatchObject({ role: "user" });
    // the session of the role that is gone has ended
    expect(await first.whoAmI()).toBeUndefined();
    expect(await site.orm.em.fork().count(Account, { name: nameId })).toBe(1);
  });

  test("a name that is one of the hub's own at the provider is another account here", async () => {
    const browser = site.browser();
    const nameIdFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    await site.signIn(browser, { nameId: "admin", nameIdFormat });
    expect(await browser.whoAmI()).toMatchObject({ name: "saml:admin", role: "user" });
  });

  test.each(["response", "both"] as const)(
    "takes a signature over the %s where both is there",
    async (what) => {
      const browser = site.browser();
      const where = await site.signIn(browser, {}, { what });
      if (what === "both") expect(await browser.whoAmI()).toMatchObject({ name: "ada@clinic.example" });
      else expect(await site.reasonOf(where)).toBe("assertion-not-signed");
    },
  );

  test("goes nowhere but to a page of this hub afterwards", async () => {
    for (const returnTo of [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "/api/session",
      "",
    ]) {
      const browser = site.browser();
      const login = await site.ask(browser, returnTo);
      const next = await site.answer(browser, site.idp.answer(login));
      expect(await browser.location(next)).toBe("/");
    }
  });

  test("the same answer brings in only the browser that asked", async () => {
    const [victim, attacker] = [site.browser(), site.browser()];
    const login = await site.ask(attacker);
    const next = await site.answer(victim, site.idp.answer(login));
    const refused = await victim.location(next);
    expect(await site.reasonOf(refused)).toBe("other-browser");
    expect(await victim.whoAmI()).toBeUndefined();
    // and the ticket is used up
    expect(await site.reasonOf(await attacker.location(next))).toBe("ticket");
  });

  test("a disabled account is out and stays out, whatever its provider says", async () => {
    const browser = site.browser();
    const nameId = "gone@clinic.example";
    await site.signIn(browser, { nameId });
    await site.orm.em.fork().nativeUpdate(Account, { name: nameId }, { disabledAt: new Date() });
    expect(await browser.whoAmI()).toBeUndefined();
    expect(await site.reasonOf(await site.signIn(browser, { nameId }))).toBe("disabled");
  });

  test("X-003 publishes metadata with its addresses, and asks with what it published", async () => {
    const xml = await (await site.browser().fetch("/api/saml/metadata")).text();
    const base = `http://127.0.0.1:${site.port}`;
    expect(xml).toContain('entityID="thalamus"');
    expect(xml).toContain(`Location="${base}/api/saml/acs"`);
    expect(xml).toContain(`Location="${base}/api/saml/slo"`);
    expect(xml).toContain('WantAssertionsSigned="true"');
    expect((await site.ask(site.browser())).acs).toBe(`${base}/api/saml/acs`);
  });

  test("X-004 signing out here leads to the provider, and the session here is over", async () => {
    const browser = site.browser();
    await site.signIn(browser);
    const response = await browser.fetch("/api/session", { method: "DELETE" });
    const { location } = (await response.json()) as { location: string };
    expect(location.startsWith(site.idp.sloUrl)).toBe(true);
    expect(await browser.whoAmI()).toBeUndefined();
  });

  test("the provider ends the session it names, and nobody else's word does", async () => {
    const [one, other] = [site.browser(), site.browser()];
    const nameId = "linus@clinic.example";
    await site.signIn(one, { nameId, sessionIndex: "_one" });
    await site.signIn(other, { nameId, sessionIndex: "_other" });
    const to = `http://127.0.0.1:${site.port}/api/saml/slo`;
    const elsewhere = site.browser();
    const logout = { to, nameId, sessionIndex: "_one" };
    const signed = site.idp.logoutQuery(logout);
    const stranger = new SsoBrowser(site.port);
    const tries: Record<string, string> = {
      "not-signed": signed.replace(/&Signature=.*/, ""),
      "bad-signature": signed.replace("RelayState=here", "RelayState=there"),
      "weak-signature": signed.replace("rsa-sha256", "rsa-sha1"),
      "wrong-destination": site.idp.logoutQuery({ ...logout, to: "https://other.example/slo" }),
      "wrong-issuer": site.idp.logoutQuery({ ...logout, issuer: "https://evil.example" }),
      "doubled-parameter": `${signed}&SAMLRequest=x`,
    };
    for (const [reason, query] of Object.entries(tries)) {
      expect(await site.reasonOf(await stranger.location(`/api/saml/slo?${query}`))).toBe(reason);
    }
    expect(await one.whoAmI()).toBeDefined();
    const back = await elsewhere.location(`/api/saml/slo?${signed}`);
    expect(back.startsWith(site.idp.sloUrl)).toBe(true);
    expect(back).toContain("SAMLResponse=");
    expect(back).toContain("RelayState=here");
    expect(await one.whoAmI()).toBeUndefined();
    expect(await other.whoAmI()).toBeDefined();
    expect(await site.reasonOf(await elsewhere.location(`/api/saml/slo?${signed}`))).toBe("replayed");
  });

  test("X-012 its sessions slide while somebody works, and end after eight idle hours, as those by password do", async () => {
    const browser = site.browser();
    const nameId = "slow@clinic.example";
    await site.signIn(browser, { nameId });
    const seen = async (hoursAgo: number) => {
      const lastSeenAt = new Date(Date.now() - hoursAgo * 3_600_000);
      await site.orm.em.fork().nativeUpdate(Session, { account: { name: nameId } }, { lastSeenAt });
    };
    await seen(7.9);
    expect(await browser.whoAmI()).toMatchObject({ name: nameId, source: "saml" });
    const { lastSeenAt } = await site.orm.em.fork().findOneOrFail(Session, { account: { name: nameId } });
    expect(Date.now() - lastSeenAt.getTime()).toBeLessThan(600_000);
    await seen(8.1);
    expect(await browser.whoAmI()).toBeUndefined();
  });

  test("X-009 takes 20 answers a minute from one address", async () => {
    const browser = site.browser();
    const body = "SAMLResponse=AAAA";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const statuses: number[] = [];
    for (let count = 0; count < 21; count += 1) {
      statuses.push((await browser.fetch("/api/saml/acs", { method: "POST", headers, body })).status);
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(303));
    expect(statuses[20]).toBe(429);
    expect(await site.signIn(site.browser())).toBe("/studies");
  });

  test("X-006 is refused over plain HTTP across a network, and taken behind a proxy that took HTTPS", async () => {
    const { request } = await import("node:http");
    const ask = (headers: Record<string, string>) =>
      new Promise<number>((resolve) => {
        const options = {
          port: site.port,
          path: "/api/saml/login",
          headers: { host: "hub.clinic.example", ...headers },
        };
        request(options, (response) => resolve(response.statusCode ?? 0)).end();
      });
    expect(await ask({})).toBe(403);
    expect(await ask({ "x-forwarded-proto": "https" })).toBe(303);
  });

  describe("with other settings", () => {
    let settings: SettingsClient;
    let before: Record<string, unknown>;
    beforeAll(async () => {
      settings = new SettingsClient(await ApiClient.signedIn(site.port));
      before = (await settings.section("core.access")).value;
    });
    afterEach(async () => {
      expect((await settings.save("core.access", before)).status).toBe(200);
    });
    const save = (saml: object, more: object = {}) =>
      settings.save("core.access", { saml: { ...(before["saml"] as object), ...saml }, ...more });
    const reasonFor = async (saying: Saying, signing: Signing = {}, from = site.idp) => {
      const browser = site.browser();
      const answer = from.answer(await site.ask(browser), saying, signing);
      return site.reasonOf(await site.answer(browser, answer));
    };

    test("A-125 A-126 A-127 a provider that was typed in is where people are sent, and no other issuer or certificate counts", async () => {
      const [issuer, idpSsoUrl] = ["https://typed.example/metadata", "https://typed.example/sign-in"];
      const typed = new TestIdp("typed", idpSsoUrl);
      const own = { idpEntityId: issuer, idpSsoUrl, idpCertificates: typed.certificate };
      expect((await save({ ...own, metadataFile: undefined })).status).toBe(200);
      const browser = site.browser();
      const asked = await browser.location("/api/saml/login");
      expect(asked).toMatch(/^https:\/\/typed\.example\/sign-in\?SAMLRequest=/);
      const says = { issuer, responseIssuer: issuer, nameId: "rosalind@clinic.example" };
      expect(await reasonFor({}, {}, typed)).toBe("wrong-issuer");
      expect(await reasonFor(says)).toBe("bad-signature");
      await browser.location(await site.answer(browser, typed.answer(readLogin(asked), says)));
      expect(await browser.whoAmI()).toMatchObject({ name: "rosalind@clinic.example", source: "saml" });
      typed.close();
    });

    test("A-129 A-130 A-131 the hub calls itself, says where it is, and asks for names as the settings say", async () => {
      const browser = site.browser();
      const asked = async () => readLogin(await browser.location("/api/saml/login"));
      const base = `http://127.0.0.1:${site.port}`;
      const first = await asked();
      expect(first.acs).toBe(`${base}/api/saml/acs`);
      expect(first.xml).toMatch(/<saml:Issuer[^>]*>thalamus<\/saml:Issuer>/);
      expect(first.xml).toContain(`Format="${EMAIL}"`);
      const baseUrl = base.replace("127.0.0.1", "localhost");
      const nameIdFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
      expect((await save({ entityId: "imaging-hub", nameIdFormat }, { baseUrl })).status).toBe(200);
      const second = await asked();
      expect(second.acs).toBe(`${baseUrl}/api/saml/acs`);
      expect(second.xml).toMatch(/<saml:Issuer[^>]*>imaging-hub<\/saml:Issuer>/);
      expect(second.xml).toContain(`Format="${nameIdFormat}"`);
      const metadata = await (await browser.fetch("/api/saml/metadata")).text();
      expect(metadata).toContain('entityID="imaging-hub"');
      expect(metadata).toContain(`Location="${baseUrl}/api/saml/acs"`);
      expect(metadata).toContain(`>${nameIdFormat}</`);
      // an answer is for whom the hub now is, and no longer for whom it was
      expect(await reasonFor({ audience: "thalamus" })).toBe("wrong-audience");
      expect(await site.signIn(browser, { audience: "imaging-hub" })).toBe("/studies");
    });

    test("A-132 each assertion must be signed, unless the settings take the signature over the whole response", async () => {
      expect(await reasonFor({}, { what: "response" })).toBe("assertion-not-signed");
      const neither = await save({ requireSignedAssertions: false, requireSignedResponse: false });
      expect((neither.body.details as readonly Problem[])[0]).toMatchObject({
        path: "saml.requireSignedAssertions",
      });
      await save({ requireSignedAssertions: false, requireSignedResponse: true });
      expect(await site.signIn(site.browser(), {}, { what: "response" })).toBe("/studies");
      expect(await reasonFor({}, { what: "assertion" })).toBe("response-not-signed");
      expect(await reasonFor({}, { what: "nothing" })).toBe("response-not-signed");
    });

    test("A-134 a user group lets its members in and nobody else", async () => {
      await save({ userGroup: "imaging-users" });
      const [member, stranger] = [site.browser(), site.browser()];
      await site.signIn(member, { groups: ["imaging-users"] });
      expect(await member.whoAmI()).toMatchObject({ role: "user" });
      const refused = await site.signIn(stranger, { nameId: "eve@clinic.example", groups: ["others"] });
      expect(refused).toMatch(/^\/login\?refused=role/);
      expect(await stranger.whoAmI()).toBeUndefined();
    });
  });

  test("A-293 X-011 its sessions end when its settings change", async () => {
    const browser = site.browser();
    await site.signIn(browser);
    const config = parse(readFileSync(site.site.configFile, "utf8"));
    config.access.saml.adminGroup = "another-group";
    config.http.port = 0;
    writeFileSync(site.site.configFile, stringify(config));
    const second = await hubInProcess(site.site);
    const moved = new SsoBrowser(second.http.port);
    for (const [name, value] of browser.cookies) moved.cookies.set(name, value);
    expect(await moved.whoAmI()).toBeUndefined();
    await second.stop();
  });
});
