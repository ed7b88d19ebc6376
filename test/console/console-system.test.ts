// The System page: how everything is, a queue that is held, the support bundle, charts and their numbers, and an update.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MetricPoint } from "../../core/database/entities/metric-point.ts";
import {
  feedOf,
  PUBLIC_KEY,
  sha256Of,
  signedSample,
  tarOf,
} from "../../core/updates/testing/sample-release.ts";
import { wholeLine } from "../support/whole-line.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { excessWidth, picture, violations } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
/** Nobody listens there. */
const NOBODY = 1;
const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), "thalamus-console-system-"));

/** Where an update would be put in place; a restart does nothing here, so that no new version ever answers. */
async function updates(): Promise<object> {
  mkdirSync(join(folder, "releases/0.1.0"), { recursive: true });
  symlinkSync(join(folder, "releases/0.1.0"), join(folder, "current"));
  const content = await tarOf([{ header: { name: "package.json" }, content: '{"version":"0.2.0"}' }], true);
  writeFileSync(join(folder, "thalamus.tar.gz"), content);
  const archive = { url: "thalamus.tar.gz", bytes: content.length, sha256: sha256Of(content) };
  writeFileSync(join(folder, "feed.json"), feedOf(signedSample({ archive })));
  return {
    ...{
      feed: join(folder, "feed.json"),
      publicKey: PUBLIC_KEY,
      updater: "systemd",
      limitSeconds: 2,
      launcher: [],
    },
    systemd: { releases: join(folder, "releases"), current: join(folder, "current"), restart: ["true"] },
  };
}

describe.skipIf(WHY_NOT !== "")(`the system in the console${WHY_NOT}`, () => {
  let authority: TestAuthority;
  let site: ConsoleSite;
  let admin: ConsolePage;

  beforeAll(async () => {
    authority = new TestAuthority();
    const { certificateFile, keyFile } = authority.sign("dicom.example.org", { days: 10 });
    const tls = { enabled: true, certificateFile, keyFile, clientCertificates: "none" };
    const [, ...plugins] = wholeLine({ pacsPort: NOBODY }).plugins ?? [];
    const listener = { use: "dicom-scp", settings: { host: "127.0.0.1", port: 0, tls } };
    site = await ConsoleSite.open({
      ...wholeLine({ pacsPort: NOBODY }),
      plugins: [listener, ...plugins],
      updates: await updates(),
    });
    const [here] = await site.orm.em.fork().execute<{ host: string }[]>("select host from hub_process");
    await site.plant(async (em) => {
      for (let minute = 1; minute < 180; minute += 1) {
        const load = { cpu: 30 + (minute % 40), memory: 60, swap: null, disk: 40 + minute / 20 };
        const at = new Date(Math.floor(Date.now() / 60_000 - minute) * 60_000);
        em.create(MetricPoint, {
          host: here?.host ?? "",
          span: "minute",
          at,
          ...load,
          diskFreeBytes: 1e11,
          queue: minute % 5,
        });
      }
    });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
  });
  afterEach(() => {
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
  });
  afterAll(async () => {
    await site?.close();
    authority?.[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the audit of all pages does not see: states that come and go, and charts with something in them. */
  async function looksGood(name: string): Promise<void> {
    const { page } = admin;
    await picture(page, `system-${name}`);
    expect({ name, found: await violations(page), excess: await excessWidth(page) }).toEqual({
      ...{ name, found: [], excess: 0 },
    });
  }

  const line = (list: string, name: string) =>
    admin.page.getByRole("list", { name: list, exact: true }).getByRole("listitem", { name, exact: true });

  test("A-066 A-280 says how everything is: services, listener with TLS, certificate that expires, plugins", async () => {
    const { page } = admin;
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("y");
    await line("Services", "Database").getByText("Works").waitFor();
    await line("Listeners", "dicom-scp").getByText("TLS", { exact: true }).waitFor();
    await line("Listeners", "dicom-scp").getByText("0 associations").waitFor();
    await line("Certificates", "dicom-scp")
      .getByText(/^(9|10) days left$/)
      .waitFor();
    await line("Plugins", "local-processing")
      .getByText(/Processing · Product /)
      .waitFor();
    await page.getByText(/PostgreSQL \d/).waitFor();
    await page.getByRole("list", { name: "Products" }).getByText("run by local-processing").first().waitFor();
    expect(await page.getByRole("link", { name: "Logs", exact: true }).first().getAttribute("href")).toBe(
      "/logs",
    );
    await picture(page, "system-health");
  });

  test("X-021 the settings tell until when the certificate of the DICOM listener is valid, and warn in time", async () => {
    const { page } = admin;
    await page.goto("/settings/https");
    const listeners = page.getByRole("region", { name: "Certificates of DICOM listeners" });
    await listeners.getByText(/^dicom-scp: valid until/).waitFor();
    await listeners.getByText("It ends within 30 days or has ended.").waitFor();
    const coming = page.waitForEvent("download");
    await listeners.getByRole("link", { name: "Certificate of dicom-scp" }).click();
    expect(readFileSync((await (await coming).path())!, "utf8")).toContain("BEGIN CERTIFICATE");
    await page.goto("/system");
  });

  test("A queue is held with a reason that everybody sees, and resumed", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Hold local-processing" }).click();
    const dialog = page.getByRole("dialog", { name: "Hold the queue of local-processing?" });
    expect(await dialog.getByRole("button", { name: "Hold" }).isEnabled()).toBe(false);
    await dialog.getByLabel("Reason").fill("New disks until noon");
    await dialog.getByRole("button", { name: "Hold" }).click();
    await line("Queues", "local-processing")
      .getByText(/^admin stopped it.*New disks until noon/)
      .waitFor();
    await line("Services", "Work on studies").getByText("Held: local-processing.").waitFor();
    await page.getByRole("button", { name: "Resume local-processing" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await line("Queues", "local-processing").getByText("Open").waitFor();
  });

  test("the support bundle is one click away", async () => {
    const saving = admin.page.waitForEvent("download");
    await admin.page.getByRole("link", { name: "Support bundle" }).click();
    expect((await saving).suggestedFilename()).toMatch(/^thalamus-support-[\d-]+\.zip$/);
  });

  test("A-278 the API docs come from the hub alone, under the same policy, and know who is signed in", async () => {
    const opening = admin.page.context().waitForEvent("page");
    await admin.page.getByRole("link", { name: "API docs" }).first().click();
    const docs = await opening;
    const errors: string[] = [];
    docs.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    // what it says while it loads is heard the second time
    await docs.waitForLoadState();
    await docs.reload();
    await docs.getByText("Thalamus API").first().waitFor();
    await docs.locator(".opblock-tag", { hasText: "Updates" }).first().waitFor();
    const answer = await docs.evaluate("fetch('/api/updates').then(({ status }) => status)");
    expect({ errors, answer }).toEqual({ errors: [], answer: 200 });
    await docs.close();
  });

  test("charts show an hour, a day and a week, with thresholds, and as numbers", async () => {
    const { page } = admin;
    await page.getByRole("tab", { name: "Metrics" }).click();
    await page.getByRole("img", { name: /^CPU: now .* warns above 90 %/ }).waitFor();
    await page.getByRole("button", { name: "1 hour" }).click();
    await page.getByRole("img", { name: /^Queue: now / }).waitFor();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 844 });
    await looksGood("metrics");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: "light" });
    await page.getByRole("button", { name: "Show as table: CPU" }).click();
    const rows = page.getByRole("table", { name: "CPU as numbers" }).getByRole("row");
    expect(await rows.count()).toBeGreaterThan(50);
    await page.getByRole("button", { name: "7 days" }).click();
    await page.getByText("Nothing was kept yet").first().waitFor();
  });

  test("A-111 A-277 an update is looked for, wants a typed word, waits for the restart, and is rolled back when nobody answers", async () => {
    const { page } = admin;
    await page.getByRole("tab", { name: "Updates" }).click();
    await page.getByText("not looked for yet").waitFor();
    await page.getByRole("button", { name: "Check for updates" }).click();
    const release = page.getByRole("region", { name: "Version 0.2.0" });
    await release.getByText("Faster, and a lesson learnt.").waitFor();
    // on other pages those who may update read of it, until they have read it
    await page.getByRole("tab", { name: "Health" }).click();
    const notice = page.getByRole("status").filter({ hasText: "Version 0.2.0 is available" });
    await notice.getByRole("button", { name: "Close" }).click();
    await notice.waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Updates" }).click();
    await release.getByRole("button", { name: "Update to 0.2.0" }).click();
    const dialog = page.getByRole("dialog", { name: "Update from 0.1.0 to 0.2.0?" });
    expect(await dialog.getByRole("button", { name: "Update" }).isEnabled()).toBe(false);
    await dialog.getByLabel("Type update to confirm").fill("update");
    await looksGood("update-dialog");
    await dialog.getByRole("button", { name: "Update" }).click();
    await page.getByRole("progressbar", { name: "The update goes on" }).waitFor();
    // as it is while the hub restarts
    await page.route("**/api/updates", (route) => route.abort());
    await page.getByText("The hub restarts. This page waits for it").waitFor();
    await page.unroute("**/api/updates");
    await page.getByText("Version 0.2.0 did not work; 0.1.0 is back").waitFor({ timeout: 20_000 });
    expect(await page.getByRole("link", { name: "Log of the update" }).getAttribute("href")).toBe(
      "/api/updates/log",
    );
    expect(readlinkSync(join(folder, "current"))).toBe(join(folder, "releases/0.1.0"));
    await looksGood("rolled-back");
    // the browser calls an answer that never came an error
    admin.errors.splice(0);
  });

  test("A-277 the page is loaded anew when the new version answers", async () => {
    const { page } = admin;
    const at = new Date(Date.now() - HOUR).toISOString();
    const update = {
      id: "x",
      from: "0.1.0",
      to: "0.2.0",
      startedBy: "admin",
      startedAt: at,
      changedAt: at,
      message: "",
    };
    const answer = {
      updater: "systemd",
      hasFeed: true,
      canUpload: true,
      checkedAt: null,
      problem: "",
      newer: null,
    };
    const running = { steps: 0, uploads: 0, associations: 0 };
    let now = { version: "0.1.0", update: { ...update, phase: "verifying" } };
    await page.route("**/api/updates", (route) => route.fulfill({ json: { ...answer, running, ...now } }));
    await page.reload();
    await page.getByText("Update from 0.1.0 to 0.2.0").waitFor();
    await page.evaluate("window.isOld = true");
    now = { version: "0.2.0", update: { ...update, phase: "done" } };
    await page.getByText("Updated from 0.1.0 to 0.2.0").waitFor();
    await expect.poll(() => page.evaluate("window.isOld"), { timeout: 30_000 }).toBeUndefined();
    await page.getByText("Version 0.2.0", { exact: true }).waitFor();
    await page.unroute("**/api/updates");
  });
});
