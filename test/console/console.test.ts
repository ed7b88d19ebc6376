// The console in a real browser on a real hub: it shows, it follows, it keeps quiet about patients.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Session } from "../../core/database/entities/account.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { coveredHeads } from "./page-audit.ts";
import { type Planted, plantEverything } from "./planted-line.ts";
import { PATIENT } from "./planted-studies.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const SHOWN_NAME = "KANARIENVOGEL, CARLA";
const CANARIES = [...Object.values(PATIENT).filter((value) => value.length > 4), SHOWN_NAME, "KANARIENVOGEL"];

describe.skipIf(WHY_NOT !== "")(`the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let admin: ConsolePage;
  let planted: Planted;
  const visits: ConsolePage[] = [];

  const visit = async (options = {}): Promise<ConsolePage> => {
    const opened = await ConsolePage.open(site.browser, site.port, options);
    visits.push(opened);
    return opened;
  };

  beforeAll(async () => {
    site = await ConsoleSite.open();
    admin = await visit();
  });
  afterEach(async () => {
    for (const { errors, foreign } of visits)
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
    for (const one of visits) {
      const traces = await one.traces();
      expect(CANARIES.filter((canary) => traces.includes(canary))).toEqual([]);
    }
  });
  afterAll(async () => {
    await site?.close();
  });

  test("refuses a wrong password in words, and says how long to wait after many", async () => {
    const { page } = admin;
    await page.goto("/studies");
    const name = page.getByRole("textbox", { name: "Name" });
    await name.waitFor();
    expect(await page.evaluate("document.activeElement.autocomplete")).toBe("username");
    await admin.fillIn("admin", "wrong-password-1");
    await page.getByText("Name or password is wrong.").waitFor();
    const wrong = { method: "POST", data: { name: "admin", password: "wrong-password-2" } };
    for (let tries = 0; tries < 4; tries += 1) await page.request.fetch("/api/session", wrong);
    await admin.fillIn("admin", "wrong-password-3");
    await page.getByText(/You can try again in \d+ s/).waitFor();
    const button = page.getByRole("button", { name: "Sign in" });
    await expect.poll(() => button.isEnabled()).toBe(true);
    await admin.fillIn("admin", ADMIN_PASSWORD);
    await page.getByRole("heading", { name: "Studies" }).waitFor();
  });

  test("A-226 says where to send a study, and the first one appears by itself", async () => {
    const { page } = admin;
    await page.getByText("No studies yet").waitFor();
    const { port } = site.hub.listeners.get("dicom-scp")!;
    await page.getByText(String(port), { exact: true }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("Waiting for a C-ECHO…").waitFor();
    await site.echo();
    await page.getByText(/A C-ECHO came at .*: the line works/).waitFor();
    const count = await site.send(1);
    const row = page.locator("tbody tr").first();
    await row.getByText("TESTSCU").waitFor();
    await row.getByText("Processed").waitFor();
    expect(await row.innerText()).toContain(String(count));
    expect(await row.getByText("Yes", { exact: true }).count()).toBe(1);
  });

  test("tells of new studies without moving rows, and shows them when asked", async () => {
    const { page } = admin;
    planted = await site.plant((em) => plantEverything(em, site.resultsTree));
    await site.tellStudy(planted.processing, "created");
    await site.tellStudy(planted.held, "created");
    const bar = page.getByRole("button", { name: "2 new studies" });
    await bar.waitFor();
    expect(await page.locator("tbody tr").count()).toBe(1);
    await bar.click();
    await admin.row(planted.processing.id).waitFor();
    expect(await bar.count()).toBe(0);
  });

  test("moves status and progress in place, and asks for no list again", async () => {
    const { id } = planted.processing;
    const row = admin.row(id);
    const lists = () => admin.requests.filter((request) => request.startsWith("GET /api/studies?")).length;
    const before = lists();
    const step = { resource: "step", id: planted.step, studyId: id, kind: "updated" } as const;
    await site.tell({ ...step, patch: { progress: 0.87, stage: "report" } });
    await row.getByText("report, 87 %").waitFor();
    await site.tellStudy(planted.processing, "updated", { status: "delivered" });
    await row.getByText("Delivered").waitFor();
    expect(await row.getByRole("progressbar").count()).toBe(0);
    // A-227 counts down in place until the study is complete
    const quiet = async (inMs: number) => {
      const quietSince = new Date(Date.now() + inMs).toISOString();
      await site.tellStudy(planted.processing, "updated", { status: "receiving", quietSince });
    };
    await quiet(3600_000);
    await row.getByText(/^No, in (1 h|59 min)/).waitFor();
    await quiet(8000);
    const left = row.getByText(/^No, in \d+ s/);
    const first = await left.innerText();
    await expect.poll(() => left.innerText()).not.toBe(first);
    expect(lists()).toBe(before);
  });

  test("A-235 covers what identifies a patient until somebody asks, and covers it again", async () => {
    const { page } = admin;
    const row = admin.row(planted.held.id);
    expect(await page.content()).not.toContain("KANARIENVOGEL");
    const reveal = row.getByRole("button", { name: /^Reveal patient of study/ });
    await reveal.click();
    await row.getByText(SHOWN_NAME).waitFor();
    await row.getByText(PATIENT.patientId).waitFor();
    const where = { event: "phi.revealed", studyId: planted.held.id, actor: "admin" };
    expect(await site.orm.em.fork().count(JournalEntry, where)).toBe(1);
    const traces = await admin.traces();
    expect(CANARIES.filter((canary) => traces.includes(canary))).toEqual([]);

    await page.keyboard.press("h");
    await reveal.waitFor();
    await reveal.click();
    await row.getByText(SHOWN_NAME).waitFor();
    await page.evaluate(HIDE_TAB);
    await reveal.waitFor();
    await page.evaluate("delete document.hidden");
    await reveal.click();
    await row.getByText(SHOWN_NAME).waitFor();
    await page.getByRole("link", { name: "Results" }).first().click();
    await page.getByRole("heading", { name: "Results" }).waitFor();
    await page.goBack();
    await reveal.waitFor();
    expect(await page.content()).not.toContain("KANARIENVOGEL");
  });

  test("A-235 hides a revealed value after a minute", async () => {
    const other = await visit();
    await other.page.clock.install();
    await other.signIn(`/studies/${planted.held.id}`);
    await other.page.getByRole("button", { name: "Reveal all" }).click();
    const panel = other.page.getByRole("dialog");
    await panel.getByText(SHOWN_NAME).waitFor();
    await panel.getByText("1961-12-24").waitFor();
    await other.page.clock.fastForward(61_000);
    await expect.poll(() => other.page.content()).not.toContain("KANARIENVOGEL");
    await other.close();
  });

  test("A-239 shows in the panel what happened, what failed in QC and how to mend it", async () => {
    const { page } = admin;
    await admin.row(planted.held.id).getByRole("link").click();
    const panel = page.getByRole("dialog");
    await panel.getByRole("tab", { name: "QC" }).click();
    await panel.getByText("Send the original diffusion series.").waitFor();
    await panel.getByText("Fail", { exact: true }).waitFor();
    await panel.getByRole("tab", { name: "Timeline" }).click();
    await panel.getByText("The first image arrived").waitFor();
    await panel.getByText("qc-dicom holds it for a person").waitFor();
    await panel.getByRole("tab", { name: "Deliveries" }).click();
    await panel.getByText("Nothing was delivered yet").waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    expect(new URL(page.url()).pathname).toBe("/studies");
    await page.goto(`/studies/${planted.delivered.id}/deliveries`);
    await page.getByText("The archive refused the association.").waitFor();
  });

  test("filters by tab, hub id, name and choice, keeps a view without patients, and sorts on the server", async () => {
    const { page } = admin;
    const rows = page.locator("tbody tr");
    const count = (n: number) => expect.poll(() => rows.count()).toBe(n);
    await page.goto("/studies");
    await page.getByRole("tab", { name: /^Held/ }).click();
    await count(1);
    await page.getByRole("tab", { name: /^All/ }).click();
    await page.keyboard.press("/");
    await page.keyboard.type(planted.delivered.id.slice(0, 8));
    await count(1);
    await page.keyboard.type("xyz");
    await page.getByText("An id of the hub has only 0-9 and a-f.").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => rows.count()).toBeGreaterThan(2);
    // a name of a machine becomes a filter; of what is typed otherwise nothing leaves the page
    await page.keyboard.type("test");
    await page.getByText("Enter: Source TESTSCU").waitFor();
    await page.keyboard.press("Enter");
    await count(1);
    expect(admin.requests.at(-1)).toContain("source=TESTSCU");
    await page.getByRole("button", { name: "Filters (1)" }).click();
    const bar = page.getByRole("search", { name: "Filters of the studies" });
    await bar.getByLabel("Source").click();
    await page.getByRole("option", { name: "All" }).click();
    await bar.getByLabel("Product").click();
    await page.getByRole("option", { name: "dti-metrics" }).click();
    await count(3);
    await page.getByRole("tab", { name: /^Failed 2/ }).waitFor();
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByLabel("Keep these filters as").fill("Diffusion");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect.poll(() => rows.count()).toBeGreaterThan(3);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("button", { name: "Diffusion", exact: true }).click();
    await count(3);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("button", { name: "Filters", exact: true }).click();
    await page.getByRole("button", { name: "Images" }).click();
    await expect.poll(() => admin.requests.at(-1)).toContain("sort=instanceCount");
  });

  test("A-234 columns are chosen and moved, and stay so after a reload", async () => {
    const { page } = admin;
    const heads = () => page.locator("thead th").allInnerTexts();
    const choice = page.getByRole("dialog", { name: "Columns" });
    // as they stand at first, none lies under the acts
    await expect.poll(() => coveredHeads(page)).toEqual([]);
    await page.getByRole("button", { name: "Columns" }).click();
    await choice.getByLabel("Products", { exact: true }).check();
    await page.keyboard.press("Escape");
    // all of them do not fit; keys alone scroll to the last ones
    await page.getByRole("region", { name: "Studies" }).focus();
    await expect.poll(() => coveredHeads(page)).toEqual(["Products"]);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => coveredHeads(page)).toEqual([]);
    await page.getByRole("button", { name: "Columns" }).click();
    await choice.getByLabel("Accession", { exact: true }).uncheck();
    await choice.getByRole("button", { name: "Stable further to the front" }).click();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("columnheader", { name: "Products" }).waitFor();
    const shown = await heads();
    expect(shown).not.toContain("Accession");
    expect(shown.indexOf("Stable")).toBeLessThan(shown.indexOf("Images"));
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("columnheader", { name: "Accession" }).waitFor();
  });

  test("A-235 a page is revealed and hidden at once, and a patient is found without a trace", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Reveal this page" }).click();
    await admin.row(planted.held.id).getByText(SHOWN_NAME).waitFor();
    await admin.row(planted.delivered.id).getByText(PATIENT.accessionNumber).waitFor();
    await page.keyboard.press("h");
    await page.getByRole("button", { name: "Reveal this page" }).waitFor();
    expect(await page.content()).not.toContain("KANARIENVOGEL");
    await page.getByRole("button", { name: "Find patient" }).click();
    const dialog = page.getByRole("dialog", { name: "Find patient" });
    await page.keyboard.type("nobody here");
    await page.keyboard.press("Enter");
    await dialog.getByText("No study of this patient is here.").waitFor();
    await dialog.getByRole("textbox").fill("carla kanarien");
    await page.keyboard.press("Enter");
    await page.getByText("Found for a patient: 4").waitFor();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(4);
    const where = { event: "patient.searched", actor: "admin" };
    expect(await site.orm.em.fork().count(JournalEntry, where)).toBe(2);
    await page.getByRole("button", { name: "Clear filters" }).click();
  });

  test("A-233 A-242 goes through rows by keys, assigns those that are chosen to a group, and takes it back", async () => {
    const { page } = admin;
    await page.getByText("Found for a patient").waitFor({ state: "detached" });
    await admin.row(planted.held.id).waitFor();
    const ids = await page.locator("[data-row]").evaluateAll((rows) => rows.map((row) => row.dataset.row));
    for (let at = 0; at <= ids.indexOf(planted.held.id); at += 1) await page.keyboard.press("j");
    await page.keyboard.press("x");
    const tools = page.getByRole("toolbar", { name: "Acts on chosen studies" });
    await tools.getByText("1 chosen").waitFor();
    await tools.getByRole("button", { name: "Assign to group" }).click();
    const dialog = page.getByRole("dialog", { name: /^Assign study/ });
    await dialog.getByLabel("Group").click();
    await page.getByRole("option", { name: "Trial 7" }).click();
    await dialog.getByRole("button", { name: "Assign" }).click();
    const tag = admin.row(planted.held.id).getByRole("link", { name: "Trial 7" });
    await tag.waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await tag.waitFor({ state: "detached" });
    await admin.row(planted.held.id).getByRole("link").first().focus();
    await page.keyboard.press(".");
    await page.getByRole("menuitem", { name: /^Delete/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.keyboard.press("q");
    await page.getByRole("dialog").getByText("Send the original diffusion series.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  test("exports the list, and names patients only after a warning", async () => {
    const { page } = admin;
    const save = async (button: string) => {
      const coming = page.waitForEvent("download");
      await page.getByRole("dialog").getByRole("button", { name: button, exact: true }).click();
      const file = await coming;
      expect(file.suggestedFilename()).toBe("studies.csv");
      return readFileSync((await file.path())!, "utf8");
    };
    await page.getByRole("button", { name: "Export", exact: true }).click();
    expect(await save("Export")).not.toContain("KANARIENVOGEL");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByLabel(/^Also name, patient ID/).check();
    await page.getByText("The file will name patients").waitFor();
    expect(await save("Export with patients")).toContain("KANARIENVOGEL^CARLA,CANARY-4711,ACC-CANARY-0815");
  });

  test("A-255 A-256 A-258 lists results and shows the report as page, values, PDF, JSON and files", async () => {
    const { page } = admin;
    await page.goto("/studies");
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.getByText("The series has fewer than 6 diffusion directions.").waitFor();
    await page.getByText("pacs-sr: failed, try 5").waitFor();
    await page.getByLabel("Deliveries").click();
    await page.getByRole("option", { name: "Not arrived" }).click();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    await page.getByRole("checkbox", { name: `Choose result ${planted.result.slice(0, 8)}` }).check();
    const tools = page.getByRole("toolbar", { name: "Acts on chosen results" });
    await tools.getByRole("button", { name: "Resend failed" }).waitFor();
    await tools.getByRole("button", { name: "Download ZIP" }).click();
    const zip = page.waitForEvent("download");
    await page.getByRole("dialog").getByRole("link", { name: "Download" }).click();
    expect((await zip).suggestedFilename()).toBe("results.zip");
    await page.getByRole("link", { name: `View result ${planted.result.slice(0, 8)}` }).click();
    await page.getByAltText(/First page of the report/).waitFor();
    await expect.poll(() => page.evaluate("document.querySelector('main img').naturalWidth")).toBe(595);
    await page.getByRole("cell", { name: "0.4123" }).waitFor();
    await page.getByRole("button", { name: "Larger" }).click();
    await page.getByText("125 %").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("wm.fa");
    await page.getByText("1 of 1").waitFor();
    await page.getByRole("tab", { name: "PDF" }).click();
    await page.getByRole("group", { name: "Page 1 of 3" }).getByText("Diffusion metrics").waitFor();
    await page.getByRole("tab", { name: "JSON" }).click();
    await page.getByRole("region", { name: "Values as JSON" }).getByText('"FA": 0.41').waitFor();
    await page.getByRole("tab", { name: "Files" }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download All values" }).click();
    expect((await coming).suggestedFilename()).toMatch(/^[0-9a-f-]{36}_report\.json$/);
    // the next one in the list, by its key
    await page.keyboard.press("j");
    await page.getByText("The series has fewer than 6 diffusion directions.").first().waitFor();
    await page.getByRole("link", { name: "Newer" }).click();
    await page.getByRole("cell", { name: "0.4123" }).waitFor();
  });

  test("works on a phone: cards, panel, no scrolling sideways", async () => {
    const phone = await visit({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await phone.signIn();
    await phone.row(planted.held.id).waitFor();
    const excess = "document.documentElement.scrollWidth - innerWidth";
    expect(await phone.page.evaluate(excess)).toBe(0);
    await phone.page.goto(`/studies/${planted.held.id}/qc`);
    await phone.page.getByText("Send the original diffusion series.").waitFor();
    expect(await phone.page.evaluate(excess)).toBe(0);
    await phone.page.goto(`/results/${planted.result}`);
    await phone.page.getByRole("tab", { name: "Files" }).waitFor();
    expect(await phone.page.evaluate(excess)).toBe(0);
    await phone.close();
  });

  test("X-005 says that the session has ended, brings back to where one was, and signs out", async () => {
    const { page } = admin;
    await page.goto(`/results/${planted.result}`);
    await page.getByRole("tab", { name: "Files" }).waitFor();
    await site.orm.em.fork().nativeDelete(Session, {});
    await page.keyboard.press("r");
    await page.getByText("Your session has ended.").waitFor();
    await admin.fillIn("admin", ADMIN_PASSWORD);
    await page.getByRole("tab", { name: "Files" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/results/${planted.result}`);
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("textbox", { name: "Name" }).waitFor();
    expect((await page.request.get("/api/session")).status()).toBe(401);
  });
});

/** What a browser does when somebody looks at another tab. */
const HIDE_TAB = `
  Object.defineProperty(document, "hidden", { configurable: true, value: true });
  document.dispatchEvent(new Event("visibilitychange"));
`;
