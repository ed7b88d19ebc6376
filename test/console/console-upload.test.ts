// Somebody uploads a study in the console: a ZIP with a form, a folder, and one that breaks off and goes on.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { virtualTar } from "../../sdk/ui/virtual-tar.ts";
import { zipOf } from "../support/archives.ts";
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";
import { smallFile } from "../support/small-dicom.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { leftInEnglish } from "./german-audit.ts";
import { excessWidth, picture, violations } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const TAKEN_IN = "The upload was taken in";
const TRANSFERS = "**/api/uploads/files{,/**}";
const CANARIES = ["KANARI-TRIAL", "KANARIENVOGEL", "KANARI.zip"];

describe.skipIf(WHY_NOT !== "")(`uploading in the console${WHY_NOT}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-console-upload-"));
  let site: ConsoleSite;
  let console: ConsolePage;

  beforeAll(async () => {
    site = await ConsoleSite.open({ uploads: { specificationUrl: "https://clinic.example/mri-protocol" } });
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

  /** The hub gets so much of the first transfer, and then the line is down. */
  function breakAt(part: Buffer): (route: Route) => Promise<void> {
    let isDown = false;
    return async (route) => {
      const request = route.request();
      if (request.method() === "POST") return route.continue();
      if (request.method() === "PATCH" && !isDown) {
        isDown = true;
        const answer = await console.page.request.fetch(request.url(), {
          method: "PATCH",
          headers: {
            "tus-resumable": "1.0.0",
            "upload-offset": "0",
            "content-type": "application/offset+octet-stream",
          },
          data: part,
        });
        expect(answer.status()).toBe(204);
      }
      await route.abort("connectionreset");
    };
  }

  /** The folder as the browser sends it. */
  async function packed(study: string): Promise<Buffer> {
    const files = [1, 2, 3, 4, 5].map((number) => ({
      path: `KANARIENVOGEL/series/${number}`,
      file: new Blob([readFileSync(join(study, "series", `${number}`))]),
    }));
    return Buffer.from(await virtualTar(files).arrayBuffer());
  }

  async function expectNoTraces(): Promise<void> {
    // the browser tells of a line that is down
    const errors = console.errors.filter((error) => !error.includes("ERR_CONNECTION_RESET"));
    const traces = await console.traces();
    expect(CANARIES.filter((canary) => traces.includes(canary))).toEqual([]);
    expect({ errors, foreign: console.foreign }).toEqual({ errors: [], foreign: [] });
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

  test("A-254 the page has the rules at hand, and leads to the specification of the site", async () => {
    const { page } = console;
    await page.goto("/upload");
    await page.getByText("What may be in an upload").click();
    await page.getByText("No archive in an archive, no password.").waitFor();
    await page.getByText("each .nii or .nii.gz with a .bvec").waitFor();
    const link = page.getByRole("link", { name: /^Which images are needed/ });
    expect(await link.getAttribute("href")).toBe("https://clinic.example/mri-protocol");
    expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
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
    // it stays in the dock, on other pages too, until somebody takes it off
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    const dock = page.getByRole("region", { name: "Uploads", exact: true });
    await dock.getByText("Nothing was taken in").waitFor();
    await dock.getByRole("button", { name: /^Remove an archive/ }).click();
    await dock.waitFor({ state: "detached" });
    await expectNoTraces();
  });

  test("W-005 A-249 X-047 a folder that is dropped goes on after a break at 40 % and a reload", async () => {
    const { page } = console;
    const study = join(folder, "KANARIENVOGEL");
    mkdirSync(join(study, "series"), { recursive: true });
    for (const number of [1, 2, 3, 4])
      writeFileSync(join(study, "series", `${number}`), smallFile("folder", number));
    writeFileSync(join(study, "series", "5"), smallFile("folder", 5).subarray(0, -3));
    const tar = await packed(study);
    await page.goto("/upload");
    await page.route(TRANSFERS, breakAt(tar.subarray(0, Math.ceil(tar.length * 0.4))));
    await drop(study);
    await page.getByText(/Chosen: 5 files/).waitFor();
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    const dock = page.getByRole("region", { name: "Uploads", exact: true });
    await dock.getByText(/Connection lost, retrying in \d+ s/).waitFor();
    await dock.getByRole("button", { name: "Pause" }).click();
    await dock.getByText(/^Paused at/).waitFor();
    await dock.getByRole("button", { name: "Go on" }).click();
    await dock.getByText(/Connection lost/).waitFor();
    await dock.getByRole("button", { name: "Cancel upload" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    const leaving = page.getByRole("dialog", { name: "Sign out while uploads run?" });
    await leaving.getByRole("button", { name: "Back" }).click();
    await leaving.waitFor({ state: "hidden" });
    // leaving while it is sent needs a second word
    const warned = new Promise<string>((resolve) => {
      page.once("dialog", (dialog) => {
        resolve(dialog.type());
        void dialog.accept();
      });
    });
    await page.goto("/groups");
    expect(await warned).toBe("beforeunload");
    await dock.getByText(/Upload of a folder with 5 files, \d.* kB, stopped at 40 %/).waitFor();
    await page.unroute(TRANSFERS);
    const other = join(folder, "other");
    mkdirSync(other);
    writeFileSync(join(other, "1"), smallFile("other", 1));
    await dock.getByLabel("Folder to go on with").setInputFiles(other);
    await dock.getByText(/That is something else: one file/).waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, "upload-dock");
    await expectNoTraces();
    await dock.getByLabel("Folder to go on with").setInputFiles(study);
    await dock.getByText(TAKEN_IN).waitFor();
    await dock.getByText("Files: 4 new, 1 not taken.").waitFor();
    // the window that sent them knows their names; the hub does not
    await dock.getByText("File 5 (KANARIENVOGEL/series/5)").waitFor();
    await dock.getByRole("link", { name: /Open study/ }).waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await page.keyboard.press("d");
    expect(await violations(page)).toEqual([]);
    expect(await excessWidth(page)).toBe(0);
    await picture(page, "upload-dock-phone");
    await page.keyboard.press("d");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.reload();
    await page.getByRole("heading", { name: "Groups" }).waitFor();
    expect(await dock.count()).toBe(0);
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
    for (let tabs = 0; tabs < 9; tabs += 1) {
      await page.keyboard.press("Tab");
      reached.push(
        await page.evaluate<string>("document.activeElement.innerText || document.activeElement.tagName"),
      );
    }
    expect(reached).toContain("Choose ZIP or files");
    expect(reached).toContain("Upload");
  });

  test("speaks the language of the browser or the one that is chosen, with nothing left in English on studies", async () => {
    const german = await ConsolePage.open(site.browser, site.port, { locale: "de-DE" });
    const { page } = german;
    const speaks = () => page.evaluate<string>("document.documentElement.lang");
    await page.goto("/studies");
    await page.getByRole("button", { name: "Anmelden" }).waitFor();
    expect(await speaks()).toBe("de");
    expect(await violations(page)).toEqual([]);
    const english = await leftInEnglish(page);
    await page.getByRole("combobox", { name: "Sprache" }).selectOption("en");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.getByRole("combobox", { name: "Language" }).selectOption("de");
    await page.getByRole("textbox", { name: "Name" }).fill("admin");
    await page.getByLabel("Passwort").fill(ADMIN_PASSWORD);
    await page.getByRole("button", { name: "Anmelden" }).click();
    await page.getByRole("heading", { name: "Studien" }).waitFor();
    await page.getByRole("table", { name: "Studien" }).getByRole("link").first().click();
    for (const tab of ["Überblick", "Verlauf", "QC", "De-Identifizierung", "Ergebnisse", "Zustellungen"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("tabpanel", { name: tab }).waitFor();
      english.push(...(await leftInEnglish(page)));
      if (tab === "Überblick") await picture(page, "german");
    }
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Tastatur" }).waitFor();
    english.push(...(await leftInEnglish(page)));
    await page.keyboard.press("Escape");
    expect([...new Set(english)]).toEqual([]);
    await page.getByRole("button", { name: "Konto" }).click();
    await page.getByRole("menuitemradio", { name: "English" }).click();
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    expect(await speaks()).toBe("en");
    expect({ errors: german.errors, foreign: german.foreign }).toEqual({ errors: [], foreign: [] });
    await german.close();
  });
});
