// Signing in with the organisation's account, the own account, and the page of accounts, sessions and keys.
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, NEEDS_OPENSSL } from "@thalamus/sdk/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readLogin, TestIdp } from "../access/saml/test-idp.ts";
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { atRest, picture, violations } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const MISSING = WHY_NOT === "" ? NEEDS_OPENSSL : WHY_NOT;

describe.skipIf(MISSING !== "")(`access in the console${MISSING}`, () => {
  let idp: TestIdp;
  let site: ConsoleSite;
  let folder: string;
  let idpServer: Server;
  let idpPage: string;
  let idpGroups: readonly string[] = [];
  let metadataUrl: string;
  /** Whose page the tests of an administrator share. */
  let admin: ConsolePage;

  beforeAll(async () => {
    idpServer = createServer(answer).listen(0, "127.0.0.1");
    await once(idpServer, "listening");
    // another site than the hub's 127.0.0.1, and no mix of https and http
    idpPage = `http://localhost:${(idpServer.address() as AddressInfo).port}/sso`;
    idp = new TestIdp("idp", idpPage);
    folder = mkdtempSync(join(tmpdir(), "saml-"));
    const metadataFile = join(folder, "idp.xml");
    writeFileSync(metadataFile, idp.metadata());
    metadataUrl = idpPage.replace("localhost", "127.0.0.1").replace("/sso", "/idp");
    const port = await freePort();
    site = await ConsoleSite.open({
      plugins: [],
      http: { host: "127.0.0.1", port },
      access: {
        ...{ mode: "sso", baseUrl: `http://127.0.0.1:${port}` },
        saml: { metadataFile, adminGroup: "imaging-admins" },
      },
    });
  });
  afterAll(async () => {
    await site?.close();
    idp?.close();
    idpServer?.closeAllConnections();
    idpServer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The identity provider: its metadata, and the page that posts its answer by itself. */
  function answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
    if (url === "/idp") return void response.end(idp.metadata());
    if (!url.startsWith("/sso")) return void response.writeHead(404).end();
    const login = readLogin(new URL(url, idpPage).href);
    const said = idp.answer(login, { nameId: "ada@clinic.example", groups: idpGroups });
    response.setHeader("content-type", "text/html");
    response.end(
      `<form method="post" action="${login.acs}"><input name="SAMLResponse" value="${said}"></form>` +
        "<script>document.forms[0].submit()</script>",
    );
  }

  async function withEmergencyPassword(page: Page, path: string): Promise<void> {
    await page.goto(path);
    await page.getByRole("button", { name: /emergency password/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("admin");
    await page.getByLabel("Password").fill(ADMIN_PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  /** As the administrator, in a browser that the identity provider knows as one, too. */
  async function signedIn(path: string): Promise<ConsolePage> {
    const one = await withIdp(["imaging-admins"]);
    await withEmergencyPassword(one.page, path);
    await one.page.getByRole("navigation", { name: "Pages" }).first().waitFor();
    return one;
  }

  /** A page whose browser the identity provider signs in with these groups. */
  async function withIdp(groups: readonly string[]): Promise<ConsolePage> {
    idpGroups = groups;
    return ConsolePage.open(site.browser, site.port);
  }

  test("X-001 X-005 A-124 one button leads through the identity provider and back to the page one wanted", async () => {
    const { page, errors } = await withIdp([]);
    await page.goto("/results");
    await page.getByRole("link", { name: "Sign in with SSO" }).waitFor();
    expect(await page.getByLabel("Password").count()).toBe(0);
    await picture(page, "sign-in-sso");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Sign in with SSO" }).click();
    await page.getByRole("heading", { name: "Results" }).waitFor();
    const pages = page.getByRole("navigation", { name: "Pages" }).first();
    expect(await pages.getByRole("link").allInnerTexts()).not.toContain("Access");
    expect(errors).toEqual([]);
    // the way out is there for whoever came in so, too, and leads to the provider
    await page.getByRole("button", { name: "Account", exact: true }).click();
    const left = page.waitForRequest((request) => request.url().startsWith(idp.sloUrl));
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await left;
    expect((await page.request.get("/api/session")).status()).toBe(401);
  });

  test("X-013 a refusal is told on the sign-in page with an id and no reason", async () => {
    const { page } = await ConsolePage.open(site.browser, site.port);
    const body = new URLSearchParams({ SAMLResponse: "AAAA" }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await page.request.post("/api/saml/acs", { data: body, headers, maxRedirects: 0 });
    await page.goto(answer.headers()["location"]!);
    const alert = page.getByRole("alert");
    await alert.getByText("Signing in with your organisation did not work").waitFor();
    expect(await alert.innerText()).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  test("X-002 the emergency password is behind a link; accounts, keys and sessions have a page", async () => {
    const { page, errors } = await ConsolePage.open(site.browser, site.port);
    await page.goto("/access");
    await page.getByRole("button", { name: /emergency password/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("admin");
    await page.getByLabel("Password").fill(ADMIN_PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Access", exact: true }).waitFor();
    await page.getByRole("button", { name: "New account" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("nora");
    await page.getByRole("button", { name: "Make account" }).click();
    await page.getByText("It is shown this once").waitFor();
    await page.getByRole("button", { name: "I have it" }).click();
    const accounts = page.getByRole("list", { name: "Accounts" });
    await accounts.getByRole("listitem", { name: "nora" }).getByRole("button", { name: "Disable" }).click();
    await accounts.getByText("Disabled").waitFor();
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("textbox", { name: "Name of the program" }).fill("pacs");
    await page.getByRole("checkbox", { name: /\(studies\.read\)/ }).check();
    await page.getByRole("button", { name: "Make key" }).click();
    await page
      .getByRole("dialog")
      .getByText(/^thal_/)
      .waitFor();
    await page.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("list", { name: "API keys" }).getByText("studies.read").waitFor();
    await page.getByText("Emergency password").first().waitFor();
    await picture(page, "access");
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("A-128 A-275 single sign-on is set up: metadata compared before it counts, and a sign-in tried in a window", async () => {
    admin = await signedIn("/settings/core.access");
    const { page, errors } = admin;
    const form = page.getByRole("form", { name: "Single sign-on" });
    await form.getByText(`http://127.0.0.1:${site.port}/api/saml/acs`).waitFor();
    expect(await form.getByRole("button", { name: /^Copy SAML: reply URL/ }).count()).toBe(1);
    await form.getByRole("textbox", { name: "Metadata address" }).fill(metadataUrl);
    await form.getByRole("button", { name: "Fetch metadata" }).click();
    await form.getByText("private or reserved network").waitFor();
    await form
      .getByRole("combobox", { name: "Private networks of the identity provider" })
      .fill("127.0.0.0/8,");
    await form.getByRole("button", { name: "Fetch metadata" }).click();
    const change = form.getByRole("region", { name: "What would change" });
    await change.getByText(`SAML 2.0 · Sign-in address`).waitFor();
    await picture(page, "settings-sso");
    expect(await violations(page)).toEqual([]);
    await change.getByRole("button", { name: "Take over" }).click();
    expect(await form.getByRole("textbox", { name: "Sign-in address" }).inputValue()).toBe(idpPage);
    await page.getByText("Unsaved changes in 2 parts").waitFor();
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      form.getByRole("button", { name: "Try SAML sign-in" }).click(),
    ]);
    await popup.getByText("would come in with the role admin").waitFor();
    await popup.getByText("imaging-admins").first().waitFor();
    await picture(popup, "settings-sso-trial");
    expect(await violations(popup)).toEqual([]);
    await popup.getByRole("button", { name: "Close" }).click();
    // what is wrong is told at its field
    await form.getByRole("textbox", { name: "Certificates of the identity provider" }).fill("hello");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await form.getByText("has no certificate in PEM").waitFor();
    // neither keys nor the way back lose what is not saved
    await page.getByRole("heading", { name: "Single sign-on", level: 2 }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    const ask = page.getByRole("dialog", { name: "Leave without saving?" });
    await ask.getByRole("button", { name: "Stay" }).click();
    await ask.waitFor({ state: "detached" });
    await page.goBack();
    await ask.getByRole("button", { name: "Stay" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("searchbox", { name: "Find a setting" }).fill("idle");
    await page.getByRole("button", { name: "Idle time (minutes), in Single sign-on" }).click();
    await expect.poll(() => page.evaluate("document.activeElement.value")).toBe("480");
    expect(errors.filter((one) => !one.includes("400"))).toEqual([]);
  });

  test("A-294 a role is made, given and changed in words, and the hub's own stay as they are", async () => {
    const { page, errors } = admin;
    errors.length = 0;
    await page
      .getByRole("navigation", { name: "Pages" })
      .first()
      .getByRole("link", { name: "Access" })
      .click();
    await page.getByRole("button", { name: "New role", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "New role" });
    await dialog.getByRole("textbox", { name: "Title" }).fill("Night shift");
    await dialog.getByText("Called night-shift in the API.").waitFor();
    await dialog.getByRole("button", { name: "Make role" }).click();
    await dialog.getByText("Choose what the role may do.").waitFor();
    await dialog.getByRole("checkbox", { name: "Deliver a result by hand" }).check();
    await dialog.getByRole("checkbox", { name: "All of Groups" }).check();
    await picture(page, "access-role");
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Make role" }).click();
    const roles = page.getByRole("region", { name: "Roles" });
    await roles.getByRole("button", { name: /^Night shift, 6 permissions, 0 accounts/ }).click();
    await roles.getByText("Deliver a result by hand").filter({ visible: true }).waitFor();
    // a button that still moves with its card may be missed
    await atRest(page);
    await roles.getByRole("button", { name: "Edit Night shift" }).click();
    const edit = page.getByRole("dialog", { name: "Role Night shift" });
    await edit.getByRole("checkbox", { name: "All of Groups" }).uncheck();
    await edit.getByRole("button", { name: "Save role" }).click();
    await roles.getByRole("button", { name: /^Night shift, 1 permission/ }).waitFor();
    await roles.getByRole("button", { name: "Delete Night shift" }).click();
    await page.getByRole("button", { name: "Delete the role" }).click();
    await roles.getByRole("button", { name: /^Night shift/ }).waitFor({ state: "detached" });
    await roles.getByRole("button", { name: /^Patient portal manager/ }).waitFor();
    expect(await roles.getByRole("button", { name: /^Edit/ }).count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("A-299 somebody is asked two minutes before the session ends, and without an answer brought back after it", async () => {
    const { page, errors } = await ConsolePage.open(site.browser, site.port);
    await page.clock.install();
    await withEmergencyPassword(page, "/results");
    await page.getByRole("heading", { name: "Results" }).waitFor();
    await page.clock.fastForward("07:58:30");
    const ask = page.getByRole("alertdialog", { name: "Are you still there?" });
    await ask.getByText("1:").waitFor();
    expect(await violations(page)).toEqual([]);
    await ask.getByRole("button", { name: "Stay" }).click();
    await ask.waitFor({ state: "detached" });
    await page.clock.fastForward("07:58:30");
    await ask.waitFor();
    await page.clock.fastForward("00:02:00");
    await page.getByText("Your session has ended").waitFor();
    await page.getByText("you are back at Results, where you were").waitFor();
    expect((await page.request.get("/api/session")).status()).toBe(401);
    await picture(page, "sign-in-ended");
    await page.getByRole("button", { name: /emergency password/ }).click();
    await page.getByRole("button", { name: "Forgotten your password?" }).click();
    await page.getByText("An administrator gives you a new one").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Name" }).fill("admin");
    await page.getByLabel("Password").fill(ADMIN_PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Results" }).waitFor();
    expect(errors).toEqual([]);
  });

  test("the own password is changed from the account menu, and a weak one is refused in words", async () => {
    const { page } = await ConsolePage.open(site.browser, site.port);
    await page.goto("/login");
    await page.getByRole("button", { name: /emergency password/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("admin");
    await page.getByLabel("Password").fill(ADMIN_PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    const choose = async (entry: string) => {
      await page.getByRole("button", { name: "Account", exact: true }).click();
      await page.getByRole("menuitem", { name: entry }).click();
    };
    await choose("Change password");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("at least 15 characters").waitFor();
    await dialog.getByLabel("Current password").fill(ADMIN_PASSWORD);
    await dialog.getByLabel("New password", { exact: true }).fill("too-weak");
    await dialog.getByLabel("New password again").fill("too-weak");
    await dialog.getByRole("button", { name: "Change password" }).click();
    await dialog.getByText("The new password needs").waitFor();
    await dialog.getByLabel("New password", { exact: true }).fill("A-better-password-3");
    await dialog.getByLabel("New password again").fill("A-better-password-3");
    await dialog.getByRole("button", { name: "Change password" }).click();
    await dialog.waitFor({ state: "detached" });
    await choose("My sessions");
    await page.getByRole("dialog").getByText("This one").waitFor();
  });
});
