// An operator looks after deliveries: stops a lane, tests it, sends again, tries again, settles a doubt, reads receipts.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Result } from "../../core/database/entities/result.ts";
import { Step } from "../../core/database/entities/step.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { picture } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;

describe.skipIf(WHY_NOT !== "")(`deliveries in the console${WHY_NOT}`, () => {
  let pacs: TestPacs;
  let site: ConsoleSite;
  let admin: ConsolePage;
  let onlooker: ConsolePage;
  let studyId: string;
  let resultId: string;

  beforeAll(async () => {
    pacs = await startTestPacs();
    site = await ConsoleSite.open({ ...wholeLine({ pacsPort: pacs.port }), steps: { attempts: 1 } });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
    onlooker = await ConsolePage.open(site.browser, site.port);
    await onlooker.signIn("/deliveries");
  });
  afterEach(() => {
    for (const { errors, foreign } of [admin, onlooker])
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
  });
  afterAll(async () => {
    await site?.close();
    await pacs?.stop();
  });

  const em = () => site.orm.em.fork();
  const card = (from: ConsolePage, name: string) => from.page.getByRole("listitem", { name, exact: true });
  const dialog = (name: RegExp) => admin.page.getByRole("dialog", { name });

  test("a destination is stopped with a reason, every screen sees it, and it goes on when asked", async () => {
    const { page } = admin;
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await card(admin, "pacs-sr").getByRole("button", { name: "Suspend pacs-sr" }).click();
    const stop = dialog(/Stop deliveries to pacs-sr/);
    const suspend = stop.getByRole("button", { name: "Suspend" });
    expect(await suspend.isEnabled()).toBe(false);
    // the field has the focus
    await page.keyboard.type("The archive moves house.");
    await picture(page, "suspend");
    await suspend.click();
    await card(onlooker, "pacs-sr")
      .getByText(/admin stopped it at .*The archive moves house\./)
      .waitFor();

    await site.send(1);
    await card(onlooker, "pacs-sr").getByText("The oldest has waited for").waitFor();
    const result = async () => (await em().findAll(Result, { populate: ["order"] }))[0];
    await expect.poll(async () => (await result())?.id ?? "").not.toBe("");
    ({
      id: resultId,
      order: {
        study: { id: studyId },
      },
    } = (await result())!);
    await picture(onlooker.page, "destinations");

    await card(admin, "pacs-sr").getByRole("button", { name: "Resume pacs-sr" }).click();
    await dialog(/Resume deliveries/)
      .getByText("1 delivery that waits starts now.")
      .waitFor();
    await page.keyboard.press("Enter");
    await card(onlooker, "pacs-sr").getByText("Open").waitFor();
    await card(onlooker, "pacs-sr").getByText("Nothing waits.").waitFor();
  });

  test("A-193 a test tells stage by stage how far it comes, and sends nothing", async () => {
    const { page } = admin;
    const before = pacs.received.length;
    await card(admin, "pacs-pdf").getByRole("button", { name: "Test pacs-pdf" }).click();
    const probe = dialog(/Test of pacs-pdf/);
    await probe.getByText("It works").waitFor();
    const stages = probe.getByRole("list", { name: "Stages" }).getByRole("listitem");
    expect(await stages.count()).toBe(5);
    expect(await stages.filter({ hasText: "Connection" }).getByRole("img", { name: "passed" }).count()).toBe(
      1,
    );
    await picture(page, "probe");
    expect(pacs.received.length).toBe(before);
    await page.keyboard.press("Escape");
    await probe.waitFor({ state: "detached" });
  });

  test("asks 4: the panel has every try with what the other side answered, and sends again to one or to all", async () => {
    const { page } = admin;
    await page.goto(`/studies/${studyId}/deliveries`);
    const pdf = page.getByRole("listitem", { name: "pacs-pdf", exact: true });
    await pdf.getByText("Delivered").waitFor();
    await pdf.getByRole("button", { name: "1 receipt of pacs-pdf" }).click();
    await pdf
      .getByText(/status/)
      .first()
      .waitFor();
    await pdf.getByText("report SHA-256").waitFor();
    await picture(page, "panel-deliveries");

    await pdf.getByRole("button", { name: /^Send again: result .* to pacs-pdf/ }).click();
    const again = dialog(/Send result/);
    await again.getByText("Arrived there already; a new delivery may make a second copy.").first().waitFor();
    await picture(page, "send-again");
    await again.getByRole("button", { name: "Send to pacs-pdf" }).click();
    await pdf.getByRole("button", { name: "2 receipts of pacs-pdf" }).waitFor();

    await page
      .getByRole("button", { name: new RegExp(`^Send again: result ${resultId.slice(0, 8)}$`) })
      .click();
    await again.getByLabel("All destinations").check();
    await again.getByRole("button", { name: "Send to 2 destinations" }).click();
    await pdf.getByRole("button", { name: "3 receipts of pacs-pdf" }).waitFor();
  });

  test("A-187 a delivery that was given up is tried again by hand, and arrives", async () => {
    const { page } = admin;
    const { port } = pacs;
    await pacs.stop();
    const sr = page.getByRole("listitem", { name: "pacs-sr", exact: true });
    await sr.getByRole("button", { name: /^Send again/ }).click();
    await dialog(/Send result/)
      .getByRole("button", { name: "Send to pacs-sr" })
      .click();
    await sr.getByText("Failed").first().waitFor();
    await picture(page, "panel-failed");
    pacs = await startTestPacs({ port });
    await sr.getByRole("button", { name: "Try again: pacs-sr" }).click();
    await sr.getByText("Delivered").first().waitFor();
    await expect.poll(() => pacs.received.length).toBeGreaterThan(0);
  });

  test("a delivery in doubt asks a person: it arrived, send again, or give up", async () => {
    const { page } = admin;
    const step = await em().findOneOrFail(Step, { target: "pacs-sr" }, { orderBy: { createdAt: "desc" } });
    await em().nativeUpdate(Step, { id: step.id }, { state: "unknown", outcome: null, settledAt: null });
    const told = {
      resource: "step",
      id: step.id,
      studyId,
      kind: "updated",
      patch: { state: "unknown" },
    } as const;
    await site.tell(told);
    const sr = page.getByRole("listitem", { name: "pacs-sr", exact: true });
    await sr.getByRole("button", { name: "Decide: pacs-sr" }).click();
    const decide = dialog(/Did it arrive at pacs-sr/);
    const save = decide.getByRole("button", { name: "Save the decision" });
    expect(await save.isEnabled()).toBe(false);
    expect(await decide.getByRole("radio").count()).toBe(3);
    await decide.getByRole("radio", { name: /It arrived/ }).check();
    await picture(page, "decide");
    await save.click();
    await sr.getByText("confirmed by admin").waitFor();
    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.getByText("admin found that it arrived at pacs-sr").waitFor();
  });

  test("results without a receipt are named after an hour, and sent from there", async () => {
    const { page } = admin;
    await em().nativeUpdate(Result, { id: resultId }, { createdAt: new Date(Date.now() - 7_200_000) });
    await em().nativeUpdate(Step, { result: resultId }, { state: "rejected" });
    await page.goto("/deliveries/missing");
    const line = (target: string) =>
      page.getByRole("listitem", { name: `Result ${resultId.slice(0, 8)} to ${target}` });
    await line("pacs-pdf").getByText("Failed").waitFor();
    await line("pacs-sr").getByText("Failed").waitFor();
    await picture(page, "missing");
    await line("pacs-pdf")
      .getByRole("button", { name: /^Send again/ })
      .click();
    await dialog(/Send result/)
      .getByRole("button", { name: "Send to pacs-pdf" })
      .click();
    await line("pacs-pdf").waitFor({ state: "detached" });
    // the hub tries what was sent again, and may be at it this very moment
    const givenUp = async () => {
      await em().nativeUpdate(Step, { result: resultId }, { state: "rejected" });
      await page.getByRole("button", { name: /Refresh/ }).click();
      await line("pacs-pdf").getByText("Failed").waitFor({ timeout: 1000 });
    };
    await vi.waitFor(givenUp, { timeout: 20_000, interval: 100 });
    await page.getByRole("button", { name: "Send all again" }).click();
    await dialog(/Send 2 deliveries again/)
      .getByText("They go to pacs-pdf, pacs-sr.")
      .waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Every result has its receipts").waitFor();
  });

  test("the ledger is filtered, keeps its filter in the address, and is saved as CSV", async () => {
    const { page } = admin;
    await page.getByRole("tab", { name: "Receipts" }).click();
    const table = page.getByRole("table", { name: "Receipts" });
    await table.waitFor();
    await page.getByLabel("Destination").click();
    await page.getByRole("option", { name: "pacs-sr" }).click();
    await page.getByLabel("Outcome").click();
    await page.getByRole("option", { name: "Failed" }).click();
    await expect.poll(() => table.locator("tbody tr").count()).toBe(1);
    expect(new URL(page.url()).search).toBe("?target=pacs-sr&outcome=failed");
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export CSV" }).click();
    const lines = readFileSync((await (await coming).path())!, "utf8")
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(",failed,pacs-sr,");
    await page.getByLabel("From").fill("2039-01-01");
    await page.getByText("No match").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await table.waitFor();
    await picture(page, "receipts");
  });
});
