// An admin meets a study that de-identification holds: looks at what it does, lets a line pass, takes the manifest.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Account } from "../../core/database/entities/account.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { Study } from "../../core/database/entities/study.ts";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { outboundLine, SAFE_HARBOR_ENTRY } from "../support/outbound-line.ts";
import { smallFile } from "../support/small-dicom.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const REASON = "Both pictures show a scale only.";
const CANARIES = ["KANARIENVOGEL", "KANARI-7"];

describe.skipIf(WHY_NOT !== "")(`de-identification in the console${WHY_NOT}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-console-deid-"));
  let site: ConsoleSite;
  let admin: ConsolePage;
  let studyId: string;

  beforeAll(async () => {
    const outbox = join(folder, "outbox");
    mkdirSync(outbox);
    const { route, ...line } = outboundLine({ outbox, transform: SAFE_HARBOR_ENTRY });
    site = await ConsoleSite.open({ ...line, route: { ...route, check: [] } });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
    const files = [1, 2].map((number) => {
      const path = join(folder, `${number}.dcm`);
      const values = { BurnedInAnnotation: "YES", PatientName: "KANARIENVOGEL^CARLA", PatientID: "KANARI-7" };
      writeFileSync(path, smallFile("console-deid", number, values));
      return path;
    });
    const { port } = site.hub.listeners.get("dicom-scp")!;
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    await createDicomSender().store(peer, files, AbortSignal.timeout(20_000));
    await admin.page.locator("tbody tr").first().getByText("Held").waitFor();
    studyId = (await site.orm.em.fork().findOneOrFail(Study, { status: "held" })).id;
    await admin.page.goto(`/studies/${studyId}/deidentification`);
  });
  afterAll(async () => {
    const traces = await admin.traces();
    expect(CANARIES.filter((canary) => traces.includes(canary))).toEqual([]);
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const journalled = (event: string) => site.orm.em.fork().count(JournalEntry, { event, studyId });

  /** In both colours, for people to look at. */
  const picture = async (name: string) => {
    const to = process.env["THALAMUS_PICTURES"];
    if (to === undefined) return;
    for (const colorScheme of ["light", "dark"] as const) {
      await admin.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await admin.page.screenshot({ path: `${to}/${name}-${colorScheme}.png`, animations: "disabled" });
    }
  };

  test("A-070 the tab says what waits for a person, and why", async () => {
    const { page } = admin;
    await page.getByText("The study waits for a person").waitFor();
    const line = page.getByRole("row", { name: /Burned-in annotation/ });
    await line.getByText("Fail").waitFor();
    await line.getByText(/2 objects: MR Image/).waitFor();
    await picture("deid-held");
  });

  test("A-070 A-235 the preview has all elements and no value, until somebody asks and for a minute", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Preview" }).click();
    const dialog = page.getByRole("dialog", { name: "What de-identification does" });
    const name = dialog.getByRole("row", { name: /PatientName/ });
    await name.getByText("pseudonym").waitFor();
    await name.getByText("A-078").waitFor();
    await dialog.getByRole("row", { name: /PixelData hold deid.burned-in|PixelData .* hold/ }).waitFor();
    expect(await page.content()).not.toContain("KANARI");
    expect(await journalled("deidentification.revealed")).toBe(0);
    await picture("deid-preview");

    await dialog.getByLabel("Path, keyword or rule").fill("a-078");
    await dialog.getByText(/^\d elements? of|^\d of \d+ elements/).waitFor();
    expect(await dialog.locator("tbody tr").count()).toBe(1);
    await dialog.getByLabel("Path, keyword or rule").fill("");
    const all = await dialog.locator("tbody tr").count();
    await dialog.getByLabel("Only what changes").check();
    expect(await dialog.locator("tbody tr").count()).toBeLessThan(all);
    await dialog.getByLabel("Action").click();
    await page.getByRole("option", { name: "map" }).click();
    const actions = await dialog.locator("tbody .action").allInnerTexts();
    expect(new Set(actions)).toEqual(new Set(["map"]));
    await dialog.getByLabel("Action").click();
    await page.getByRole("option", { name: "all" }).click();

    await dialog.getByRole("button", { name: "Reveal values" }).click();
    await name.getByText("KANARIENVOGEL^CARLA").waitFor();
    expect(await journalled("deidentification.revealed")).toBe(1);
    await picture("deid-preview-revealed");
    await page.evaluate(HIDE_TAB);
    await dialog.getByRole("button", { name: "Reveal values" }).waitFor();
    expect(await page.content()).not.toContain("KANARI");
    await page.evaluate("delete document.hidden");

    await dialog.getByLabel(/Image number/).fill("3");
    expect(await dialog.getByRole("button", { name: "Look" }).isEnabled()).toBe(false);
    await dialog.getByLabel(/Image number/).fill("2");
    await page.keyboard.press("Enter");
    await dialog.getByText("Series 1, image 2 (MR)").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("a release wants a line and a reason without names, by keyboard, and the copy is made", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Release" }).click();
    const dialog = page.getByRole("dialog", { name: "Let the study leave the house?" });
    const confirm = dialog.getByRole("button", { name: "Release" });
    expect(await confirm.isEnabled()).toBe(false);
    // the first line has the focus
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Carla Kanarienvogel agrees.");
    await picture("deid-release");
    await confirm.click();
    await dialog.getByText("The reason holds a value that identifies the patient.").waitFor();
    await dialog.getByLabel("Reason").fill(REASON);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.getByText("number 1 of this site").waitFor();
    await page
      .getByRole("row", { name: /Burned-in annotation/ })
      .getByText("Bypassed")
      .waitFor();
    await page.getByRole("row", { name: /^A-078/ }).waitFor();
    expect(await page.getByRole("button", { name: "Release" }).count()).toBe(0);
    await picture("deid-copied");
  });

  test("A-077 the manifest is saved under a name that tells nothing, and who took it is in the timeline", async () => {
    const { page } = admin;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Manifest" }).click(),
    ]);
    const saved = readFileSync((await download.path())!, "utf8");
    expect(download.suggestedFilename()).toBe(`${studyId.slice(0, 8)}_r1_manifest.json`);
    expect(saved).toContain("DICOM PS3.15 Basic Profile");
    expect(CANARIES.filter((canary) => saved.includes(canary))).toEqual([]);
    await page.goto(`/studies/${studyId}/timeline`);
    await page.getByText("admin took the manifest of the copy").waitFor();
    await page.getByText(REASON).waitFor();
  });

  test("who is no admin sees what was done, but nothing to look into, to release or to take", async () => {
    const em = site.orm.em.fork();
    await em.nativeUpdate(Account, { name: "admin" }, { role: "user" });
    const user = await ConsolePage.open(site.browser, site.port);
    await user.signIn(`/studies/${studyId}/deidentification`);
    await user.page.getByText("number 1 of this site").waitFor();
    await user.page.getByRole("row", { name: /^A-078/ }).waitFor();
    for (const name of ["Preview", "Release"])
      expect(await user.page.getByRole("button", { name, exact: true }).count()).toBe(0);
    expect(await user.page.getByRole("link", { name: "Manifest" }).count()).toBe(0);
    expect({ errors: user.errors, foreign: user.foreign }).toEqual({ errors: [], foreign: [] });
  });
});

const HIDE_TAB = `Object.defineProperty(document, "hidden", { value: true, configurable: true });
document.dispatchEvent(new Event("visibilitychange"))`;
