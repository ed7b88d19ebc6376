// Single sign-on set up in the settings: reading metadata, trying it, saving it, taking it over, and not locking out.
import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { MikroORM } from "@mikro-orm/postgresql";
import { freePort, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../core/database/database.ts";
import { Account } from "../../../core/database/entities/account.ts";
import type { Hub } from "../../../core/hub.ts";
import { ApiClient } from "../../support/api-client.ts";
import { ADMIN_PASSWORD, hubInProcess, newSite, type TestSite } from "../../support/hub-in-test.ts";
import { type Problem, SettingsClient } from "../../support/settings-client.ts";
import { plantAccounts, signedInAs } from "../role-visitors.ts";
import { SsoBrowser } from "../sso-browser.ts";
import { readLogin, type Saying, TestIdp } from "./test-idp.ts";

interface Tried {
  readonly ok: boolean;
  readonly message: string;
  readonly details: readonly string[];
  readonly values?: { readonly saml: Record<string, string> };
  readonly open?: string;
}

describe.skipIf(NEEDS_OPENSSL !== "")(`single sign-on in the settings${NEEDS_OPENSSL}`, () => {
  let idp: TestIdp;
  let published: string | undefined;
  let server: Server;
  let site: TestSite;
  let hub: Hub;
  let orm: MikroORM;
  let api: ApiClient;
  let settings: SettingsClient;
  let base: string;
  let metadataUrl: string;
  const saml = () => ({ ...DEFAULTS, metadataUrl, adminGroup: "imaging-admins", clockSkewSeconds: 5 });
  const whole = () => ({ baseUrl: base, privateNetworks: ["127.0.0.0/8"], saml: saml() });

  beforeAll(async () => {
    idp = new TestIdp();
    published = idp.metadata();
    server = createServer((request, response) => {
      if (request.url === "/large") return void response.end("x".repeat(2_100_000));
      if (request.url === "/elsewhere") return void response.writeHead(302, { location: "/idp" }).end();
      if (published === undefined) return void response.writeHead(503).end();
      response.end(published);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    metadataUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/idp`;
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    site = await newSite({ plugins: [], http: { host: "127.0.0.1", port, trustedProxies: ["loopback"] } });
    hub = await hubInProcess(site);
    orm = await connect(site.databaseUrl);
    api = await ApiClient.signedIn(port);
    settings = new SettingsClient(api);
  });
  afterAll(async () => {
    await orm.close();
    await hub.stop();
    server.closeAllConnections();
    server.close();
    site.remove();
    idp.close();
  });

  async function act(action: string, change: object): Promise<Tried> {
    const { value } = await settings.section("core.access");
    const path = `/api/settings/core.access/actions/${action}`;
    const at = action === "fetch-metadata" ? { item: "saml.metadataUrl" } : {};
    return (await api.call<Tried & object>("POST", path, { value: { ...value, ...change }, ...at })).body;
  }

  async function browserOfAdmin(): Promise<SsoBrowser> {
    const browser = new SsoBrowser(hub.http.port, "198.51.100.7");
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ name: "admin", password: ADMIN_PASSWORD });
    expect((await browser.fetch("/api/session", { method: "POST", headers, body })).status).toBe(200);
    return browser;
  }

  /** Through the identity provider, from an address of the hub. @returns where the hub sends the browser then */
  async function through(browser: SsoBrowser, at: string, saying: Saying, from = idp): Promise<string> {
    const login = readLogin(await browser.location(at));
    const SAMLResponse = from.answer(login, saying);
    return browser.postFromElsewhere("/api/saml/acs", { SAMLResponse });
  }

  async function resultOf(browser: SsoBrowser, where: string): Promise<Response> {
    const ticket = new URLSearchParams(where.split("?")[1]).get("ticket");
    const headers = { "content-type": "application/json" };
    return browser.fetch("/api/sso/trial", { method: "POST", headers, body: JSON.stringify({ ticket }) });
  }

  async function signIn(nameId: string, groups: readonly string[] = []): Promise<SsoBrowser> {
    const browser = new SsoBrowser(hub.http.port, "198.51.100.8");
    const finish = await through(browser, "/api/saml/login", { nameId, groups });
    await browser.location(finish);
    return browser;
  }

  const problems = (answer: { body: { details?: unknown } }) =>
    (answer.body.details as readonly Problem[]).map(({ path, message }) => [path, message]);

  test("A-128 metadata is fetched from where the site allows, and changes nothing by itself", async () => {
    const inside = await act("fetch-metadata", { ...whole(), privateNetworks: [] });
    expect(inside).toMatchObject({
      ok: false,
      message: expect.stringContaining("private or reserved network"),
    });
    const { ok, values, details } = await act("fetch-metadata", whole());
    expect(ok).toBe(true);
    expect(values).toEqual({
      saml: {
        ...{ idpEntityId: "https://idp.example/metadata", idpSsoUrl: idp.ssoUrl, idpSloUrl: idp.sloUrl },
        idpCertificates: expect.stringContaining("BEGIN CERTIFICATE"),
      },
    });
    expect(details[0]).toMatch(/^CN=idp, valid until .*SHA-256/);
    expect((await settings.section("core.access")).value["saml"]).toBeUndefined();
    for (const [path, words] of [
      ["/large", "too large"],
      ["/elsewhere", "redirect"],
    ] as const) {
      const other = { ...whole(), saml: { ...saml(), metadataUrl: metadataUrl.replace("/idp", path) } };
      expect(await act("fetch-metadata", other)).toMatchObject({ ok: false });
      expect((await act("fetch-metadata", other)).message.toLowerCase()).toContain(words);
    }
  });

  test("X-010 a certificate that cannot be used is refused at its field", async () => {
    const bad = {
      ...saml(),
      idpCertificates: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    };
    const answer = await settings.save("core.access", { ...whole(), mode: "both", saml: bad });
    expect(answer.status).toBe(400);
    expect(problems(answer)).toEqual([
      ["saml.idpCertificates", expect.stringContaining("no X.509 certificate")],
    ]);
    const none = { ...saml(), idpCertificates: "hello" };
    const other = await settings.save("core.access", { ...whole(), mode: "both", saml: none });
    expect(problems(other)).toEqual([
      ["saml.idpCertificates", expect.stringContaining("has no certificate")],
    ]);
  });

  test("a trial shows what came and the role it would give, and signs nobody in", async () => {
    const browser = await browserOfAdmin();
    const before = await browser.whoAmI();
    const nameId = "try@clinic.example";
    const { ok, open = "" } = await act("try-saml", whole());
    expect(ok).toBe(true);
    // the ticket is nothing to whoever is not signed in
    expect((await new SsoBrowser(hub.http.port).fetch(open)).status).toBe(401);
    const where = await through(browser, open, { nameId, groups: ["imaging-admins", "others"] });
    expect(where).toMatch(/^\/try-sign-in\?ticket=/);
    expect((await resultOf(await browserOfAdmin(), where)).status).toBe(404);
    const again = await through(browser, (await act("try-saml", whole())).open!, {
      nameId,
      groups: ["others"],
    });
    expect(await (await resultOf(browser, again)).json()).toEqual({
      ...{ ok: true, name: nameId, nameId, role: "user", groups: ["others"] },
      claims: [{ name: "groups", values: ["others"] }],
    });
    expect((await resultOf(browser, again)).status).toBe(404);
    expect(await browser.whoAmI()).toEqual(before);
    expect(await orm.em.fork().count(Account, { name: nameId })).toBe(0);
    expect(await (await browser.fetch("/api/sign-in-options")).json()).toMatchObject({ saml: false });
    // the ticket of a trial opens no session either
    const third = await through(browser, (await act("try-saml", whole())).open!, { nameId });
    const stranger = new SsoBrowser(hub.http.port);
    for (const [name, value] of browser.cookies)
      if (name !== "thalamus_session") stranger.cookies.set(name, value);
    await stranger.location(`/api/sso/finish${third.slice("/try-sign-in".length)}`);
    expect(await stranger.whoAmI()).toBeUndefined();
  });

  test("a trial says why an answer would be refused, or the provider not asked", async () => {
    const browser = await browserOfAdmin();
    const where = await through(browser, (await act("try-saml", whole())).open!, { audience: "another" });
    expect(await (await resultOf(browser, where)).json()).toMatchObject({
      ok: false,
      reason: "wrong-audience",
    });
    const away = { ...whole(), saml: { ...saml(), metadataUrl: metadataUrl.replace("/idp", "/large") } };
    const { open = "" } = await act("try-saml", away);
    expect(await (await resultOf(browser, await browser.location(open))).json()).toMatchObject({
      ...{ ok: false, reason: "provider-away", words: expect.stringContaining("too large") },
    });
    expect(await act("try-saml", { ...whole(), baseUrl: undefined })).toMatchObject({ ok: false });
    expect(await act("try-oidc", whole())).toMatchObject({
      ok: false,
      message: expect.stringContaining("not set up"),
    });
  });

  test("A-121 single sign-on alone is saved only after an administrator came in that way; all of it without a start", async () => {
    const early = await settings.save("core.access", { ...whole(), mode: "sso" });
    expect(early.status).toBe(400);
    expect(problems(early)).toEqual([["mode", expect.stringContaining("administrator has signed in")]]);
    expect((await settings.save("core.access", { ...whole(), mode: "both" })).status).toBe(200);
    expect((await settings.section("core.access")).waiting).toEqual([]);
    await signIn("ada@clinic.example");
    expect((await settings.save("core.access", { mode: "sso" })).status).toBe(400);
    const chief = await signIn("chief@clinic.example", ["imaging-admins"]);
    expect(await chief.whoAmI()).toMatchObject({ role: "admin", source: "saml" });
    expect((await settings.save("core.access", { mode: "sso" })).status).toBe(200);
    const options = await (await chief.fetch("/api/sign-in-options")).json();
    expect(options).toMatchObject({ password: false, breakGlass: true, saml: true });
    expect((await settings.save("core.access", { mode: "both" })).status).toBe(200);
  });

  test("A-293 X-011 sessions by single sign-on end at once when its settings change, those by password do not", async () => {
    const browser = await signIn("ada@clinic.example");
    expect(await browser.whoAmI()).toMatchObject({ role: "user" });
    await settings.save("core.access", { saml: { ...saml(), userGroup: "imaging-users" } });
    expect(await browser.whoAmI()).toBeUndefined();
    expect((await api.call("GET", "/api/session")).status).toBe(200);
    await settings.save("core.access", { saml: saml() });
  });

  test("requests are signed with a key that the settings keep sealed", async () => {
    using authority = new TestAuthority();
    const own = authority.sign("hub");
    const [privateKey, certificate] = [
      readFileSync(own.keyFile, "utf8"),
      readFileSync(own.certificateFile, "utf8"),
    ];
    using strangers = new TestAuthority();
    const foreign = readFileSync(strangers.sign("other").certificateFile, "utf8");
    const unfit = await settings.save("core.access", {
      saml: { ...saml(), privateKey, certificate: foreign },
    });
    expect(problems(unfit)).toEqual([["saml.certificate", expect.stringContaining("does not belong")]]);
    expect(
      (await settings.save("core.access", { saml: { ...saml(), privateKey, certificate } })).status,
    ).toBe(200);
    const shown = JSON.stringify(await settings.all());
    expect(shown).not.toContain("PRIVATE KEY");
    const rows = await orm.em
      .fork()
      .execute("select document from settings_version order by number desc limit 1");
    expect(JSON.stringify(rows)).not.toContain("PRIVATE KEY");
    const browser = new SsoBrowser(hub.http.port, "198.51.100.9");
    const asked = new URL(await browser.location("/api/saml/login")).search.slice(1);
    const [signed = "", signature = ""] = asked.split("&Signature=");
    expect(new URLSearchParams(asked).get("SigAlg")).toContain("rsa-sha256");
    const bytes = Buffer.from(decodeURIComponent(signature), "base64");
    expect(verify("sha256", Buffer.from(signed), createPublicKey(certificate), bytes)).toBe(true);
    const metadata = await (await browser.fetch("/api/saml/metadata")).text();
    expect(metadata).toContain('AuthnRequestsSigned="true"');
    expect(metadata.replaceAll(/\s/g, "")).toContain(new X509Certificate(certificate).raw.toString("base64"));
    await settings.save("core.access", { saml: saml() });
  });

  test("new certificates of the metadata count after twelve hours, and the last good copy while it is away", async () => {
    await settings.save("core.access", { saml: { ...saml(), idpEntityId: "https://idp.example/metadata" } });
    await signIn("ada@clinic.example");
    const next = new TestIdp("next");
    published = next.metadata();
    const age = () =>
      orm.em.fork().execute("update idp_metadata set fetched_at = now() - interval '13 hours'");
    const browser = new SsoBrowser(hub.http.port, "198.51.100.10");
    const early = await through(browser, "/api/saml/login", {}, next);
    expect(early).toMatch(/^\/login\?refused/);
    await age();
    expect(await through(browser, "/api/saml/login", {}, next)).toMatch(/^\/api\/sso\/finish/);
    expect(await through(browser, "/api/saml/login", {}, idp)).toMatch(/^\/login\?refused/);
    published = undefined;
    await age();
    expect(await through(browser, "/api/saml/login", {}, next)).toMatch(/^\/api\/sso\/finish/);
    // what another provider publishes there is not believed
    published = next.metadata().replace("https://idp.example/metadata", "https://evil.example/metadata");
    expect((await browser.fetch("/api/saml/login")).headers.get("location")).toMatch(/^\/login\?refused/);
    published = idp.metadata();
    next.close();
    await settings.save("core.access", { saml: saml() });
  });

  test("who may change settings but not accounts neither sees nor changes it, on no way", async () => {
    const role = { title: "Settings", permissions: ["settings.read", "settings.write"] };
    await api.call("PUT", "/api/access/roles/settings-only", role);
    await plantAccounts(site, ["settings-only"]);
    const other = new SettingsClient(await signedInAs(hub.http.port, "settings-only"));
    const seen = await other.all();
    expect(seen.sections.map(({ id }) => id)).not.toContain("core.access");
    const { value } = await settings.section("core.access");
    const body = { version: seen.version, value: { ...value, saml: { ...saml(), adminGroup: "mine" } } };
    const refused = [
      await other.api.call("PUT", "/api/settings/core.access", body),
      await other.api.call("POST", "/api/settings/core.access/actions/try-saml", { value }),
      await other.api.call("POST", "/api/settings-versions/1/restore", {}),
      await other.api.call("POST", "/api/settings-import", { text: "access: { mode: local }" }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await other.save("core.name", { name: "Theirs" })).status).toBe(200);
    // nor reads it in what changed, in an export, or in what a file would change
    const difference = `/api/settings-versions/${seen.version}/difference?from=1`;
    const preview = "/api/settings-import/preview";
    const ways = async (who: ApiClient) =>
      JSON.stringify([
        (await who.call("GET", difference)).body,
        (await who.call("POST", "/api/settings-export", {})).body,
        (await who.call("POST", preview, { text: "access: { mode: local }" })).body,
      ]);
    expect(await ways(api)).toMatch(/imaging-admins.*imaging-admins.*imaging-admins/s);
    expect(await ways(other.api)).not.toMatch(/imaging-admins|saml/);
  });
});

const DEFAULTS = {
  ...{ entityId: "thalamus", followMetadata: true, idpCertificateFiles: [], requireSignedAssertions: true },
  ...{ requireSignedResponse: false, decryptAssertions: false, roles: {}, defaultRole: "user" },
  nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
};
