// An admin looks after notifications and housekeeping: tests who is told, reads the record, runs chores, tries other days.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Notice } from "../../core/database/entities/notice.ts";
import { Study } from "../../core/database/entities/study.ts";
import { DICOM_LISTENER } from "../support/hub-in-test.ts";
import { startMailServer, type TestMailServer } from "../support/mail-server.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { picture } from "./page-audit.ts";
import { ago, plantStudy } from "./planted-studies.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const DAY = 24 * 60;

describe.skipIf(WHY_NOT !== "")(`notifications and housekeeping in the console${WHY_NOT}`, () => {
  let server: TestMailServer;
  let site: ConsoleSite;
  let admin: ConsolePage;

  beforeAll(async () => {
    server = await startMailServer();
    const mail = { ...server.settings(), from: "hub@example.org", to: "desk@example.org" };
    const events = ["study.received"];
    site = await ConsoleSite.open({
      plugins: [
        DICOM_LISTENER,
        { use: "notify", name: "desk", settings: { ...mail, events } },
        { use: "notify", name: "night", settings: { ...mail, host: "127.0.0.1", port: 1, events } },
      ],
      upkeep: { retention: { schedule: "weekly-sunday-3am", keepStudiesDays: 400 } },
      steps: { attempts: 1 },
    });
    await site.plant(async (em) => {
      for (const days of [30, 200, 500])
        plantStudy(em, "delivered", days * DAY, { statusSince: ago(days * DAY), bytes: 2_000_000 });
      plantStudy(em, "held", 600 * DAY, { statusSince: ago(600 * DAY) });
      em.create(Notice, {
        id: randomUUID(),
        target: "desk",
        event: "system.disk-low",
        state: "suppressed",
        code: "notice.quiet-hours",
        reason: "It happened in the quiet hours.",
        settledAt: new Date(),
      });
    });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
  });
  afterEach(async () => {
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
    expect(await admin.traces()).not.toContain("KANARIENVOGEL");
  });
  afterAll(async () => {
    await site?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const rows = () => admin.page.getByRole("table", { name: "Notifications" }).locator("tbody tr");

  test("A-166 who is told can be tested, and an address that nobody answers is told from one that works", async () => {
    const { page } = admin;
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Test desk" }).click();
    const probe = page.getByRole("dialog", { name: "Test of desk" });
    await probe.getByText("It works").waitFor();
    await picture(page, "probe-mail");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Test night" }).click();
    const dead = page.getByRole("dialog", { name: "Test of night" });
    await dead.getByText("It does not work").waitFor();
    const stages = dead.getByRole("list", { name: "Stages" });
    expect(await stages.getByRole("img", { name: "failed" }).count()).toBe(1);
    expect(await stages.getByText("not reached").count()).toBeGreaterThan(0);
    await picture(page, "probe-dead");
    await page.keyboard.press("Escape");
    expect(server.received).toEqual([]);
  });

  test("the record says what was sent, what failed, and what was suppressed and why, and is filtered", async () => {
    const { page } = admin;
    await site.send(21);
    await server.reached("answer");
    await expect.poll(() => rows().filter({ hasText: "Sent" }).count(), { timeout: 30_000 }).toBe(1);
    const quiet = rows().filter({ hasText: "Low disk space" });
    await quiet.getByText("It happened in the quiet hours.").waitFor();
    await picture(page, "notifications");
    await page.getByRole("combobox", { name: "State" }).click();
    await page.getByRole("option", { name: "Suppressed" }).click();
    await expect.poll(() => rows().count()).toBe(1);
    await page.getByRole("combobox", { name: "Who is told" }).click();
    await page.getByRole("option", { name: "night" }).click();
    await page.getByText("No match").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect.poll(() => rows().count()).toBeGreaterThan(1);
  });

  test("A-204 A-209 a chore has its schedule in words, and runs now when asked", async () => {
    const { page } = admin;
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    const title = "Look for results that no destination has confirmed";
    const chore = page.getByRole("listitem", { name: title });
    await chore.getByText("Every day at 03:30").waitFor();
    await page.getByText("Every Sunday at 03:00").waitFor();
    await chore.getByText("Did not run yet").waitFor();
    await chore.getByRole("button", { name: /^Run now/ }).click();
    await chore.getByText("Done", { exact: true }).waitFor();
    await chore.getByText("Nothing to report").waitFor();
  });

  test("A-209 A-210 A-211 other numbers of days are tried out beside those that are set", async () => {
    const { page } = admin;
    const line = page.getByRole("row", { name: /^Studies, with their files/ });
    await line.getByRole("cell", { name: "1 (2.0 MB)" }).waitFor();
    await page.getByText("set: 400 days").waitFor();
    expect(await page.getByText("set: keep all").count()).toBe(1);
    await page.getByLabel("Keep studies (days)").fill("0");
    await page.getByText("1 to 36,500 days").waitFor();
    await page.getByLabel("Keep studies (days)").fill("100");
    await line.getByRole("cell", { name: "2 (4.0 MB)" }).waitFor();
    await picture(page, "housekeeping");
    expect(await site.orm.em.fork().count(Study)).toBe(5);
    await page.getByRole("button", { name: "Back to the site's numbers" }).click();
    await expect.poll(() => line.getByRole("cell").count()).toBe(1);
  });

  test("A-209 retention that would delete studies wants a typed word, and deletes what it said", async () => {
    const { page } = admin;
    const chore = page.getByRole("listitem", { name: "Delete what is older than it is to be kept" });
    await chore.getByRole("button", { name: /^Run now/ }).click();
    const dialog = page.getByRole("dialog", { name: /Delete now/ });
    await dialog.getByText(/1 study goes for good \(2\.0 MB\)/).waitFor();
    const confirm = dialog.getByRole("button", { name: "Delete now" });
    expect(await confirm.isEnabled()).toBe(false);
    await dialog.getByLabel("Type delete to confirm").fill("delete");
    await picture(page, "run-retention");
    await confirm.click();
    await chore.getByText("studies: 1").waitFor();
    expect(await site.orm.em.fork().count(Study)).toBe(4);
    await page
      .getByRole("row", { name: /^Studies, with their files/ })
      .getByRole("cell", { name: "0" })
      .waitFor();
  });
});
