// Somebody uploads a study in the console: a ZIP with a form, a folder, and one that breaks off and goes on.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { zipOf } from "../support/archives.ts";
import { smallFile } from "../support/small-dicom.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const TAKEN_IN = "The upload was taken in";
const CANARIES = ["KANARI-TRIAL", "KANARIENVOGEL", "KANARI.zip"];

describe.skipIf(WHY_NOT !== "")(`uploading in the console${WHY_NOT}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-console-upload-"));
  let site: ConsoleSite;
  let console: ConsolePage;

  beforeAll(async () => {
    site = await ConsoleSite.open();
    console = await ConsolePage.open(site.browser, site.port);
    await console.signIn();
  });
  afterAll(async () => {
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function archive(study: string, values = {}): Promise<string> {
    const name = { PatientName: "KANARIENVOGEL^Carla", ...values };
    const files = [1, 2, 3].map((number) => ({
      path: `${number}.dcm`,
      bytes: smallFile(study, number, name),
    }));
    const path = join(folder, "KANARI.zip");
    writeFileSync(path, await zipOf([...files, { path: "note.txt", bytes: Buffer.from("a note") }]));
    return path;
  }

  /** Lets go of a folder over the page, as a file manager does. */
  async function drop(path: string): Promise<void> {
    const { page } = console;
    const box = await page.getByRole("group", { name: /Drop a folder/ }).boundingBox();
    const browser = await page.context().newCDPSession(page);
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    const place = { x: box!.x + box!.width / 2, y: box!.y + 30, data };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await browser.send("Input.dispatchDragEvent", { type, ...place });
  }

  async function expectNoTraces(): Promise<void> {
    const traces = await console.traces();
    expect(CANARIES.filter((canary) => traces.includes(canary))).toEqual([]);
    expect({ errors: console.errors, foreign: console.foreign }).toEqual({ errors: [], foreign: [] });
  }

  test("A-223 A-250 A-251 a ZIP with a form becomes a study, and what was left out is told", async () => {
    const { page } = console;
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.keyboard.press("u");
    await page.getByRole("heading", { name: "Upload" }).waitFor();
    await page
      .getByLabel("ZIP or files", { exact: true })
      .setInputFiles(await archive("console", { PatientAge: undefined }));
    await page.getByText(/Chosen: an archive/).waitFor();
    await page.getByLabel("Study name").fill("abc");
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByText("Study name: 5 to 50 letters, digits, spaces, / : -.").waitFor();
    await page.getByLabel("Study name").fill("KANARI-TRIAL 7");
    await page.getByLabel("Patient age").fill("48");
    await page.getByLabel("Patient sex").selectOption("F");
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByText(TAKEN_IN).waitFor();
    await page.getByText("Files: 3 new, 1 not taken.").waitFor();
    await page.getByText(/File 4: This file is neither DICOM nor NIfTI/).waitFor();
    await page.getByRole("link", { name: /Open study/ }).click();
    const panel = page.getByRole("dialog").or(page.getByRole("complementary")).first();
    await panel.getByText("from the form").first().waitFor();
    await panel.getByText("UPLOAD").first().waitFor();
    await expectNoTraces();
  });

  test("A-252 a refusal is told in words", async () => {
    const { page } = console;
    await page.goto("/upload");
    await page
      .getByLabel("ZIP or files", { exact: true })
      .setInputFiles(await archive("nobody", { PatientSex: undefined }));
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByText("Nothing was taken in").waitFor();
    await page
      .getByText(/The patient's sex must stand in form, sidecar or images/)
      .first()
      .waitFor();
    const last = page.getByRole("region", { name: "Last uploads" }).getByRole("listitem");
    await last
      .filter({ hasText: "Failed" })
      .first()
      .getByText(/must stand in form/)
      .waitFor();
    await last.filter({ hasText: "Taken in" }).getByText("1 of 4 files not taken").waitFor();
    await page.getByRole("button", { name: "Upload another one" }).click();
    await page.getByText("Drop a folder, a ZIP or files here").waitFor();
    await expectNoTraces();
  });

  test("W-005 A-249 a folder that is dropped is sent as it lies on the disk, and goes on after a break and a reload", async () => {
    const { page } = console;
    const study = join(folder, "KANARIENVOGEL");
    mkdirSync(join(study, "series"), { recursive: true });
    for (const number of [1, 2, 3, 4])
      writeFileSync(join(study, "series", `${number}`), smallFile("folder", number));
    writeFileSync(join(study, "series", "5"), smallFile("folder", 5).subarray(0, -3));
    await page.goto("/upload");
    await page.route("**/api/uploads/files/*", (route) => route.abort());
    await drop(study);
    await page.getByText(/Chosen: 5 files/).waitFor();
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText(/Paused at 0 %/).waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText(/^Sending/).waitFor();
    // X-047 leaving while it is sent needs a second word
    const warned = new Promise<string>((resolve) => {
      page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.accept();
      });
    });
    await page.reload();
    expect(await warned).toBe("beforeunload");
    await page.unroute("**/api/uploads/files/*");
    await page.getByText(/An upload was not finished/).waitFor();
    await page.getByLabel("ZIP or files", { exact: true }).setInputFiles(await archive("other"));
    await page.getByText(/What you chose is something else/).waitFor();
    await page.getByLabel("Folder", { exact: true }).setInputFiles(study);
    await page.getByText(TAKEN_IN).waitFor();
    await page.getByText("Files: 4 new, 1 not taken.").waitFor();
    // the window that sent them knows their names; the hub does not
    await page.getByText("File 5 (KANARIENVOGEL/series/5)").waitFor();
    console.errors.splice(0);
    await page.reload();
    await page.getByText("Drop a folder, a ZIP or files here").waitFor();
    expect(await page.getByText(/An upload was not finished/).count()).toBe(0);
    await expectNoTraces();
  });

  test("on a phone nothing has to be scrolled sideways, and the keyboard reaches everything", async () => {
    const { page } = console;
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto("/upload");
    await page.getByText("Drop a folder, a ZIP or files here").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await page.getByRole("button", { name: "Choose folder" }).focus();
    const reached: string[] = [];
    for (let tabs = 0; tabs < 8; tabs += 1) {
      await page.keyboard.press("Tab");
      reached.push(
        await page.evaluate<string>("document.activeElement.innerText || document.activeElement.tagName"),
      );
    }
    expect(reached).toContain("Choose ZIP or files");
    expect(reached).toContain("Upload");
  });
});
