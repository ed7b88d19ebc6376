// The lists of studies and results with many pages in a real browser: the way around, paging, refresh, search, acts of a row.
import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { Order } from "../../core/database/entities/order.ts";
import { Study, type StudyRow } from "../../core/database/entities/study.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { excessWidth, violations } from "./page-audit.ts";
import { type Planted, plantEverything } from "./planted-line.ts";
import { PATIENT, plantOrder, plantResult, plantStep, plantStudy } from "./planted-studies.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
/** Older than the others: with those there are eight pages of 25. */
const OLD = 190;
/** Nobody listens there. */
const NOBODY = 1;
const SHOWN_NAME = "KANARIENVOGEL, CARLA";

describe.skipIf(WHY_NOT !== "")(`lists of the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let admin: ConsolePage;
  let planted: Planted;
  let queued: StudyRow;
  let receiving: StudyRow;
  let done: StudyRow;
  let oldest: StudyRow;
  /** Far back in the list. */
  let oldHeld: StudyRow;

  beforeAll(async () => {
    const pacs = { host: "127.0.0.1", port: NOBODY, calledAe: "PACS", callingAe: "THALAMUS" };
    site = await ConsoleSite.open({
      plugins: [
        { use: "deliver-dicom-pdf", name: "pacs-pdf", settings: pacs },
        { use: "deliver-sr", name: "pacs-sr", settings: pacs },
      ],
      route: { deliver: ["pacs-pdf", "pacs-sr"] },
    });
    await site.plant(async (em) => {
      planted = await plantEverything(em, site.resultsTree);
      receiving = plantStudy(em, "receiving", 1);
      queued = plantStudy(em, "queued", 2);
      plantOrder(em, queued, "queued");
      done = plantStudy(em, "delivered", 3);
      plantResult(em, plantOrder(em, done, "delivered"), site.resultsTree, { files: {}, minutes: 3 });
      const order = await em.findOneOrFail(Order, { study: planted.delivered.id });
      const work = { phase: "process", target: "local-processing", state: "done" } as const;
      plantStep(em, planted.delivered, { ...work, order });
    });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
  });
  afterEach(async () => {
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
    const traces = await admin.traces();
    for (const canary of [PATIENT.patientName, PATIENT.patientId, SHOWN_NAME])
      expect(traces).not.toContain(canary);
  });
  afterAll(async () => {
    await site?.close();
  });

  /** Many more, and most of them in the past: a short list is quicker to look at. */
  const plantOld = () =>
    site.plant(async (em) => {
      for (let count = 1; count <= OLD; count += 1) {
        const study = plantStudy(em, count === 60 ? "held" : "cancelled", 1000 + count);
        oldest = study;
        if (count === 60) oldHeld = study;
        else {
          const old = plantOrder(em, study, "cancelled");
          plantResult(em, old, site.resultsTree, { files: {}, minutes: 1000 + count });
        }
      }
      plantStep(em, oldHeld, { phase: "check", target: "qc-dicom", state: "held" });
    });

  const heading = (name: string) => admin.page.getByRole("heading", { name, exact: true, level: 1 });
  const rows = () => admin.page.locator("tbody tr");
  const lists = () => admin.requests.filter((request) => request.startsWith("GET /api/studies?"));
  const pages = () => admin.page.getByRole("navigation", { name: "pagination navigation" });
  const current = () => pages().locator('[aria-current="page"]').innerText();
  const onPage = (number: number) => expect.poll(current).toBe(String(number));

  async function openActs(id: string): Promise<void> {
    await admin.page.getByRole("button", { name: `Actions for study ${id.slice(0, 8)}` }).click();
  }

  test("A-221 every page is one click away, says which one it is, and is marked in the navigation", async () => {
    const { page } = admin;
    const nav = page.getByRole("navigation", { name: "Pages" }).first();
    const links = await nav.getByRole("link").filter({ hasNotText: "API docs" }).allInnerTexts();
    expect(links).toEqual(
      expect.arrayContaining(["Studies", "Results", "Groups", "Upload", "Logs", "Settings"]),
    );
    for (const name of links.toReversed()) {
      await nav.getByRole("link", { name, exact: true }).click();
      await heading(name).waitFor();
      expect(await nav.locator('[aria-current="page"]').allInnerTexts()).toEqual([name]);
    }
    await nav.getByRole("link", { name: "API docs" }).waitFor();
  });

  test("A-222 the dark look is switched on and off, and stays after a reload", async () => {
    const { page } = admin;
    const brightness = () =>
      page.evaluate<number>(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0)",
      );
    expect(await brightness()).toBeGreaterThan(600);
    await page.getByRole("button", { name: /^Dark mode/ }).click();
    await expect.poll(brightness).toBeLessThan(150);
    await page.reload();
    await heading("Studies").waitFor();
    expect(await brightness()).toBeLessThan(150);
    await page.keyboard.press("d");
    await expect.poll(brightness).toBeGreaterThan(600);
  });

  test("A-227 A-236 statuses and whether a study is stable are told in words, and change by themselves", async () => {
    const words = [
      [receiving, "Receiving", /^No, in/],
      [queued, "Queued", "Yes"],
      [planted.processing, "Processing", "Yes"],
      [done, "Delivered", "Yes"],
    ] as const;
    for (const [{ id }, status, stable] of words) {
      const row = admin.row(id);
      await row.getByText(status, { exact: true }).waitFor();
      await row.getByText(stable, { exact: true }).first().waitFor();
    }
    const step = { resource: "step", id: planted.step, studyId: planted.processing.id } as const;
    await site.tell({ ...step, kind: "updated", patch: { progress: 0.1, stage: "preprocess" } });
    await admin.row(planted.processing.id).getByText("preprocess, 10 %").waitFor();
    await site.tellStudy(receiving, "updated", { status: "checking", stableAt: new Date().toISOString() });
    await admin.row(receiving.id).getByText("Checking", { exact: true }).waitFor();
    await admin.row(receiving.id).getByText("Yes", { exact: true }).waitFor();
  });

  test("A-224 what the hub did not tell is read again at a button and a key", async () => {
    const { page } = admin;
    const change = (callingAe: string) =>
      site.plant((em) => em.nativeUpdate(Study, { id: queued.id }, { callingAe }));
    const row = admin.row(queued.id);
    await change("BUTTON");
    await page.getByRole("button", { name: /^Refresh/ }).click();
    await row.getByText("BUTTON").waitFor();
    await change("KEY");
    await page.keyboard.press("r");
    await row.getByText("KEY").waitFor();
  });

  test("A-228 A-229 A-230 A-232 A-237 a study's menu leads to its status, checks, report and facts", async () => {
    const { page } = admin;
    const panel = page.getByRole("dialog").filter({ has: page.getByRole("tab", { name: "Summary" }) });
    const lookAt = async (id: string, entry: string) => {
      await openActs(id);
      await page.getByRole("menuitem", { name: entry }).click();
    };
    const shown = (tab: string) => panel.getByRole("tab", { name: tab, selected: true }).waitFor();
    const back = async () => {
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "hidden" });
    };
    await lookAt(planted.held.id, "Check status");
    await shown("Timeline");
    await panel.getByText("qc-dicom holds it for a person").waitFor();
    await back();
    await lookAt(planted.held.id, "QC report");
    await shown("QC");
    await panel.getByText("Send the original diffusion series.").waitFor();
    await back();
    await lookAt(planted.delivered.id, "Information");
    await shown("Summary");
    const facts = panel.getByRole("region", { name: "Study", exact: true });
    await facts.getByText("PACS1").waitFor();
    await facts.getByText("195 in 3 series").waitFor();
    await panel.getByText("dti-metrics").first().waitFor();
    expect(await panel.innerText()).not.toContain(SHOWN_NAME);
    await back();
    await openActs(planted.held.id);
    const none = page.getByRole("menuitem", { name: "View report" });
    expect(await none.getAttribute("aria-disabled")).toBe("true");
    await none.getByText("There is no result yet.").waitFor();
    await page.keyboard.press("Escape");
    await lookAt(planted.delivered.id, "View report");
    await page.getByRole("tab", { name: "PDF" }).click();
    await page.getByRole("group", { name: "Page 1 of 3" }).getByText("Diffusion metrics").waitFor();
    await page.goBack();
    await heading("Studies").waitFor();
  });

  test("A-225 X-056 every study is on one of the pages: the first, the last, by number, or the one that is typed", async () => {
    const { page } = admin;
    await plantOld();
    await page.keyboard.press("r");
    const total = await site.orm.em.fork().execute<{ n: number }[]>("select count(*)::int as n from study");
    await page.getByText(`1-25 of ${total[0]!.n}`).waitFor();
    await pages().getByRole("button", { name: "Go to last page" }).click();
    await admin.row(oldest.id).waitFor();
    await onPage(8);
    expect(await rows().count()).toBe(total[0]!.n - 7 * 25);
    await pages().getByRole("button", { name: "Go to page 7" }).click();
    await page.getByText("151-175 of").waitFor();
    await pages().getByRole("button", { name: "Go to previous page" }).click();
    await page.getByText("126-150 of").waitFor();
    const field = page.getByRole("textbox", { name: "Go to page" });
    await field.fill("9");
    await field.press("Enter");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await onPage(6);
    await field.fill("3");
    await field.press("Enter");
    await page.getByText("51-75 of").waitFor();
    await admin.row(oldHeld.id).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await excessWidth(page)).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Go to last page" }).waitFor();
    expect(await excessWidth(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await onPage(3);
  });

  test("X-055 a page stays the one it is over a refresh, changes from the hub, a look at a study and its cancelling", async () => {
    const { page } = admin;
    await page.keyboard.press("r");
    await expect.poll(() => lists().at(-1)).toContain("page=3");
    await onPage(3);
    await site.tellStudy(queued, "created");
    await page.getByRole("button", { name: "1 new study" }).waitFor();
    await onPage(3);
    await openActs(oldHeld.id);
    await page.getByRole("menuitem", { name: "Cancel" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the work" }).click();
    await admin.row(oldHeld.id).getByText("Cancelled", { exact: true }).waitFor();
    await onPage(3);
    await admin.row(oldHeld.id).getByRole("link").first().click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await onPage(3);
  });

  test("X-057 what is typed is there at once, and is looked for once, when the typing is over", async () => {
    const { page } = admin;
    const before = lists().length;
    const typed = oldest.id.slice(0, 8);
    await page.keyboard.press("/");
    const box = page.getByRole("textbox", { name: /^Hub ID/ });
    // without the pauses that a busy machine makes between two keys, in which the typing may be over
    await box.evaluate((input, text) => {
      const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value")!;
      for (let letters = 1; letters <= text.length; letters += 1) {
        set!.call(input, text.slice(0, letters));
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }, typed);
    expect(await box.inputValue()).toBe(typed);
    expect(await page.locator("input:focus").inputValue()).toBe(typed);
    await expect.poll(() => rows().count()).toBe(1);
    await admin.row(oldest.id).waitFor();
    expect(
      lists()
        .slice(before)
        .filter((one) => one.includes("q=")),
    ).toHaveLength(1);
    await page.keyboard.press("Escape");
  });

  test("X-035 X-055 X-056 results have the same pages, and cover whose they are until somebody asks", async () => {
    const { page } = admin;
    await page.keyboard.press("Escape");
    await page
      .getByRole("navigation", { name: "Pages" })
      .first()
      .getByRole("link", { name: "Results" })
      .click();
    await heading("Results").waitFor();
    expect(await page.content()).not.toContain("KANARIENVOGEL");
    const mine = rows().filter({
      has: page.getByRole("link", { name: `View result ${planted.result.slice(0, 8)}` }),
    });
    await mine.getByRole("button", { name: /^Reveal patient of study/ }).click();
    await mine.getByText(SHOWN_NAME).waitFor();
    const where = { event: "phi.revealed", studyId: planted.delivered.id, actor: "admin" };
    expect(await site.orm.em.fork().count(JournalEntry, where)).toBe(1);
    await page.keyboard.press("h");
    await mine.getByText(SHOWN_NAME).waitFor({ state: "detached" });
    await pages().getByRole("button", { name: "Go to last page" }).click();
    await onPage(8);
    const field = page.getByRole("textbox", { name: "Go to page" });
    await field.fill("2");
    await field.press("Enter");
    await page.getByText("26-50 of").waitFor();
    await page.keyboard.press("r");
    await onPage(2);
    await pages().getByRole("button", { name: "Go to first page" }).click();
    await mine.waitFor();
  });

  test("A-257 a result is handled from its row: saved in a format, or sent once more", async () => {
    const { page } = admin;
    const mine = rows().filter({
      has: page.getByRole("link", { name: `View result ${planted.result.slice(0, 8)}` }),
    });
    await mine.getByRole("button", { name: /^Downloads of result/ }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: /PDF/ }).click();
    expect((await coming).suggestedFilename()).toMatch(/_report\.pdf$/);
    await mine.getByRole("button", { name: /^Send again: result/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: /^pacs-pdf/ }).setChecked(false);
    await dialog.getByRole("button", { name: /^Send/ }).click();
    await page.getByText("Sent again to pacs-sr.").waitFor();
  });
});
