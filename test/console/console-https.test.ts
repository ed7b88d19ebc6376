// The certificate of the console in the console: looked at, tried, kept, and taken back when nobody says anything.
import { existsSync, readFileSync } from "node:fs";
import { type CertificateFiles, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HttpCertificate } from "../../core/database/entities/http-certificate.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { picture, violations } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const MISSING = WHY_NOT === "" ? NEEDS_OPENSSL : WHY_NOT;

describe.skipIf(MISSING !== "")(`HTTPS in the console${MISSING}`, () => {
  let authority: TestAuthority;
  let site: ConsoleSite;
  let admin: ConsolePage;
  const text = (file: string) => readFileSync(file, "utf8");

  beforeAll(async () => {
    authority = new TestAuthority();
    const { certificateFile, keyFile } = authority.sign("first");
    const tls = { certificateFile, keyFile, caFile: authority.caFile };
    site = await ConsoleSite.open({ plugins: [], http: { host: "127.0.0.1", port: 0, tls } });
    const baseURL = `https://127.0.0.1:${site.port}`;
    admin = await ConsolePage.open(site.browser, site.port, { baseURL, ignoreHTTPSErrors: true });
    await admin.signIn("/settings/https");
  });
  afterAll(async () => {
    await site?.close();
    authority?.[Symbol.dispose]();
  });

  const used = () => admin.page.getByRole("region", { name: "Certificate in use" });
  const other = () => admin.page.getByRole("region", { name: "Another certificate" });
  const trial = () => admin.page.getByRole("region", { name: "Certificate on trial" });

  async function paste({ certificateFile, keyFile }: CertificateFiles, key = keyFile): Promise<void> {
    await other().getByRole("textbox", { name: "Certificate", exact: true }).fill(text(certificateFile));
    await other().getByRole("textbox", { name: "Private key" }).fill(text(key));
    await other().getByRole("button", { name: "Check" }).click();
  }

  test("A-118 A-119 A-120 a certificate is checked in words, tried, and kept by whoever comes back over it", async () => {
    const { page } = admin;
    await used().getByText("CN=first").waitFor();
    await used().getByText("Ends within 30 days").waitFor();
    const second = authority.sign("second");
    await paste(second, authority.sign("stranger").keyFile);
    await other().getByText("the key does not belong to the certificate").waitFor();
    expect(await other().getByRole("button", { name: "Use it" }).count()).toBe(0);
    await paste(second);
    await other().getByText("No certificate of an authority in between").waitFor();
    await other()
      .getByLabel("File: Certificates of authorities", { exact: true })
      .setInputFiles(authority.caFile);
    await other().getByRole("button", { name: "Check" }).click();
    await other().getByText("Chain: CN=second → CN=Test Authority").waitFor();
    await picture(page, "settings-https");
    expect(await violations(page)).toEqual([]);
    await other().getByRole("button", { name: "Use it" }).click();
    await trial().getByText("reaches the hub over the new certificate").waitFor();
    await picture(page, "settings-https-trial");
    expect(await violations(page)).toEqual([]);
    await trial().getByRole("button", { name: "Keep it" }).click();
    await trial().waitFor({ state: "detached" });
    await used().getByText("CN=second").waitFor();
  });

  test("without a word in time the one before comes back, and the page says so", async () => {
    const { page } = admin;
    await paste(authority.sign("third"));
    await other().getByRole("button", { name: "Use it" }).click();
    await trial()
      .getByText(/On trial for \d+ s/)
      .waitFor();
    await used().getByText("CN=third").waitFor();
    await site.orm.em
      .fork()
      .nativeUpdate(HttpCertificate, { state: "trial" }, { trialEndsAt: new Date(Date.now() - 1) });
    await page.getByText("The certificate of before is in use again").waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await used().getByText("CN=second").waitFor({ timeout: 30_000 });
    expect({
      errors: admin.errors,
      sideways: admin.foreign.filter((one) => !one.includes("127.0.0.1")),
    }).toEqual({
      ...{ errors: [], sideways: [] },
    });
  });
});
