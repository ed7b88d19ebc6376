// An admin at three in the morning: finds lines, follows the log, takes files along, reads who did what.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { StudyRow } from "../../core/database/entities/study.ts";
import { type HubLog, openLog } from "../../core/observe/log.ts";
import { PERSONS_PASSWORD, plantAccountsIn } from "../access/role-visitors.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { excessWidth, picture, violations } from "./page-audit.ts";
import { plantStudy } from "./planted-studies.ts";

/** Longer than anything takes beside other tests. */
const PATIENTLY = { timeout: 20_000 };
const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;

describe.skipIf(WHY_NOT !== "")(`logs in the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let admin: ConsolePage;
  /** Another hub on the same folder. */
  let log: HubLog;
  let study: StudyRow;

  beforeAll(async () => {
    site = await ConsoleSite.open();
    study = await site.plant(async (em) => {
      await plantAccountsIn(em, ["user"]);
      return plantStudy(em, "delivered", 5);
    });
    log = openLog({ level: "debug", folder: join(site.resultsTree, "../../logs"), terminal: false });
    const steps = log.named("steps");
    for (let number = 1; number <= 700; number += 1) steps.info("test.filling", { number });
    log.named("dicom-scp").error("association.failed", { callingAe: "PACS", code: "dicom.aborted" });
    steps.warn("step.waits", { study: study.id, code: "step.no-space" });
    log.flush();
    admin = await ConsolePage.open(site.browser, site.port, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await admin.signIn();
  });
  afterEach(async () => {
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
    expect(await admin.traces()).not.toContain("KANARIENVOGEL");
  });
  afterAll(async () => {
    await site?.close();
  });

  const lines = () => admin.page.getByRole("listbox", { name: "Lines of the log" });
  const line = (text: string | RegExp) => lines().getByRole("option", { name: text });
  const field = (name: string) => admin.page.getByRole("textbox", { name, exact: true });

  test("A-268 A-269 A-276 lines are found by level, part, study, text and pattern, and counted", async () => {
    const { page } = admin;
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await line(/step\.waits/).waitFor();
    await page.getByText(/values of patients are kept out/).waitFor();
    await page.getByText(/For what a cloud logs, ask its operator with the order's id/).waitFor();
    const views = page.getByRole("tablist", { name: "Views of the logs" }).getByRole("tab");
    expect(await views.allInnerTexts()).toEqual([
      "Application",
      "DICOM",
      "Jobs",
      "Audit",
      "Delivery attempts",
    ]);
    await page.getByRole("combobox", { name: "Level" }).click();
    await page.getByRole("option", { name: "Errors", exact: true }).click();
    await line(/association\.failed/).waitFor();
    await expect.poll(() => lines().getByRole("option").count(), PATIENTLY).toBe(1);
    await page.getByText("1 line", { exact: true }).waitFor();
    expect(page.url()).toContain("level=error");
    await page.getByRole("combobox", { name: "Level" }).click();
    await page.getByRole("option", { name: "All" }).click();
    await page.keyboard.press("Escape");
    await field("Study id").fill(study.id);
    await page.getByText("1 line", { exact: true }).waitFor();
    await line(/step\.waits/).waitFor();
    await field("Study id").fill("");
    // what is searched for stays out of the address
    await field("Text").fill("Kanarienvogel");
    await page.getByText("No match").waitFor();
    await field("Text").fill("number=77");
    await expect.poll(() => lines().locator("mark").count(), PATIENTLY).toBe(1);
    await page.getByLabel("Regex").check();
    await field("Regular expression").fill("number=77(\\D|$");
    await page.getByText(/The regular expression is wrong/).waitFor();
    await field("Regular expression").fill("number=7\\d?$");
    await page.getByText("11 lines", { exact: true }).waitFor();
    await page.getByLabel("Regex").uncheck();
    await field("Text").fill("");
    await expect.poll(() => lines().getByRole("option").count(), PATIENTLY).toBeGreaterThan(20);
    expect((await admin.traces()).toLowerCase()).not.toContain("kanarienvogel");
    await picture(page, "logs");
  });

  test("keys go through all lines, and a line has its context and a link", async () => {
    const { page } = admin;
    const last = lines().getByRole("option", { selected: true });
    // older ones come to it meanwhile, and the lines of the search that was cleared last may still be there
    const isLast = async () => {
      await lines().focus();
      await page.keyboard.press("End");
      if ((await last.count()) === 0) return false;
      return (await last.getAttribute("aria-setsize")) === (await last.getAttribute("aria-posinset"));
    };
    await expect.poll(isLast, PATIENTLY).toBe(true);
    await page.keyboard.press("Home");
    await page.keyboard.press("j");
    const chosen = page.getByRole("region", { name: "The chosen line" });
    await chosen.waitFor();
    const list = (await lines().elementHandle())!;
    await field("Text").fill("step.waits");
    await page.getByText("1 line", { exact: true }).waitFor();
    await expect.poll(() => lines().getByRole("option").count()).toBe(1);
    // it was never gone, so whoever works in it keeps the place
    expect(await list.evaluate((box) => box.isConnected)).toBe(true);
    await line(/step\.waits/).click();
    await chosen.getByText("step.no-space").waitFor();
    await chosen.getByRole("link", { name: "Open study" }).waitFor();
    await chosen.getByRole("button", { name: "Pin" }).click();
    await page.getByRole("list", { name: "Pinned lines" }).getByText("step.no-space").waitFor();
    await lines().focus();
    await page.keyboard.press("Enter");
    const context = page.getByRole("dialog", { name: /what stands around it/ });
    // what the filter left out is in it
    await context.getByText("association.failed").waitFor();
    await picture(page, "log-context");
    expect(await violations(page)).toEqual([]);
    await context.getByRole("button", { name: "Close" }).click();
    await chosen.getByRole("button", { name: "Copy link to this line" }).click();
    await page.goto(await page.evaluate<string>("navigator.clipboard.readText()"));
    await context.locator('[aria-current="true"]', { hasText: "step.waits" }).waitFor();
    await page.keyboard.press("Escape");
    await page.goto("/logs/all?line=0123456789ab-7");
    await context.getByText(/no longer there/).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url(), PATIENTLY).not.toContain("line=");
    expect(admin.errors.splice(0)).toEqual([expect.stringContaining("404")]);
  });

  test("A-274 the log is played, waits while somebody reads older lines, and is paused and cleared", async () => {
    const { page } = admin;
    await line(/step\.waits/).waitFor();
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByText(/Streaming/).waitFor();
    const steps = log.named("steps");
    steps.info("test.news", { number: 1 });
    await line(/test\.news number=1/).waitFor();
    await page.evaluate("document.querySelector('[role=listbox]').scrollTo({ top: 900 })");
    await expect.poll(() => line(/test\.news/).count(), PATIENTLY).toBe(0);
    for (let number = 2; number <= 215; number += 1) steps.info("test.news", { number });
    const waiting = page.getByRole("button", { name: "214 new lines" });
    await waiting.waitFor();
    await picture(page, "logs-waiting");
    expect(await violations(page)).toEqual([]);
    await waiting.click();
    await line(/test\.news number=215/).waitFor();
    expect(await waiting.count()).toBe(0);
    await page.getByRole("button", { name: "Clear view" }).click();
    await page.getByText("Waiting for lines").waitFor();
    steps.info("test.after-clear");
    await line(/test\.after-clear/).waitFor();
    await page.getByRole("button", { name: "Newest first" }).click();
    steps.info("test.below");
    await line(/test\.below/).waitFor();
    expect(await lines().getByRole("option").last().textContent()).toContain("test.below");
    await page.getByRole("button", { name: "Newest first" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    steps.info("test.while-paused");
    await page.getByRole("button", { name: "Play" }).click();
    await line(/test\.while-paused/).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
  });

  test("A-270 A-271 A-272 A-273 what is chosen is downloaded in three formats, and all files as ZIP", async () => {
    const { page } = admin;
    await field("Text").fill("association.failed");
    await page.getByText("1 line", { exact: true }).waitFor();
    const saved = async (item: string | RegExp) => {
      await page.getByRole("button", { name: "Download" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: item }).click(),
      ]);
      return readFileSync(await download.path());
    };
    expect(String(await saved(/as Text/))).toMatch(/ERROR dicom-scp association\.failed callingAe=PACS/);
    expect(String(await saved(/as CSV/))).toContain("time,level,part,event,fields,place\r\n");
    expect(JSON.parse(String(await saved(/as JSON/)))).toMatchObject([{ event: "association.failed" }]);
    expect((await saved(/ZIP 1 file, \d+ kB before packing/)).subarray(0, 2).toString()).toBe("PK");
  });

  test("X-014 the audit trail tells who did what from where, is filtered and exported", async () => {
    const { page } = admin;
    await page.getByRole("tab", { name: "Audit" }).click();
    const rows = () => page.getByRole("table", { name: "Audit trail" }).locator("tbody tr");
    await rows().filter({ hasText: "Exported logs" }).first().waitFor();
    await page.getByRole("combobox", { name: "What" }).click();
    await page.getByRole("option", { name: "Sign-ins" }).click();
    const signedIn = rows().filter({ hasText: "Signed in" });
    await signedIn.getByText("127.0.0.1").waitFor();
    await signedIn.getByText(/HeadlessChrome|Chrome/).waitFor();
    await page.getByRole("combobox", { name: "Outcome" }).click();
    await page.getByRole("option", { name: "Refused" }).click();
    await page.getByText("No match").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await rows().first().waitFor();
    await picture(page, "audit");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export CSV" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toContain(",admin,session.began,done,");
    await page.getByRole("tab", { name: "Delivery attempts" }).click();
    await page.getByText("No receipt yet").waitFor();
  });

  test("a study has its own lines, and who did what with it", async () => {
    const { page } = admin;
    await page.goto(`/studies/${study.id}/log`);
    await line(/step\.waits/).waitFor();
    await page.getByText("1 line", { exact: true }).waitFor();
    await page.getByRole("tab", { name: "Audit" }).click();
    await page.getByText("Nobody did anything yet").waitFor();
    await page.goto(`/studies/${study.id}/log`);
    await line(/step\.waits/).waitFor();
    await picture(page, "study-log");
    expect(await violations(page)).toEqual([]);
  });

  test("A-297 a user reads logs and no audit, also on a phone in the dark", async () => {
    const viewport = { width: 390, height: 844 };
    const user = await ConsolePage.open(site.browser, site.port, { viewport, colorScheme: "dark" });
    const { page } = user;
    await page.goto("/logs");
    await user.fillIn("a-user", PERSONS_PASSWORD);
    await page.getByRole("listbox", { name: "Lines of the log" }).waitFor();
    expect(await page.getByRole("tab", { name: "Audit" }).count()).toBe(0);
    await picture(page, "logs-phone");
    expect(await excessWidth(page)).toBeLessThanOrEqual(0);
    await page.goto("/logs/audit");
    await page.getByText("It needs the permission audit.read").waitFor();
    expect({ errors: user.errors, foreign: user.foreign }).toEqual({ errors: [], foreign: [] });
    await user.close();
  });
});
