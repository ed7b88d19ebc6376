// Signing in with the organisation's account, the own account, and the page of accounts, sessions and keys.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NEEDS_OPENSSL } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../access/free-port.ts";
import { readLogin, TestIdp } from "../access/saml/test-idp.ts";
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { picture, violations } from "./page-audit.ts";

/** Another site than the hub's 127.0.0.1, and no mix of https and http. */
/** Browsers refuse some low ports themselves; this one the page of the test answers for. */
const IDP_PAGE = "http://localhost:44300/sso";
const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const MISSING = WHY_NOT === "" ? NEEDS_OPENSSL : WHY_NOT;

describe.skipIf(MISSING !== "")(`access in the console${MISSING}`, () => {
  let idp: TestIdp;
  let site: ConsoleSite;
  let folder: string;

  beforeAll(async () => {
    idp = new TestIdp("idp", IDP_PAGE);
    folder = mkdtempSync(join(tmpdir(), "saml-"));
    const metadataFile = join(folder, "idp.xml");
    writeFileSync(metadataFile, idp.metadata());
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
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page of the identity provider, which posts its answer by itself. */
  async function withIdp(groups: readonly string[]): Promise<ConsolePage> {
    const one = await ConsolePage.open(site.browser, site.port);
    await one.page.route(`${IDP_PAGE}**`, async (route) => {
      const login = readLogin(route.request().url());
      const response = idp.answer(login, { nameId: "ada@clinic.example", groups });
      const body =
        `<form method="post" action="${login.acs}"><input name="SAMLResponse" value="${response}">` +
        "</form><script>document.forms[0].submit()</script>";
      await route.fulfill({ contentType: "text/html", body });
    });
    return one;
  }

  test("X-001 A-124 one button leads through the identity provider and back to the page one wanted", async () => {
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
