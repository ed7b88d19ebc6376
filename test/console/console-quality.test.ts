// An admin meets a study that its checks hold: looks at its images, reads why, corrects the age, lets it pass, saves the report.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { Study } from "../../core/database/entities/study.ts";
import { DICOM_LISTENER } from "../support/hub-in-test.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const REASON = "Agreed with the reading physician.";
/** Nobody sends so many. */
const ownProfile = {
  name: "many-images",
  version: "9.1",
  title: "Many images",
  images: { min: 9999, otherwise: "fail" },
};

describe.skipIf(WHY_NOT !== "")(`the quality gate in the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let admin: ConsolePage;
  let studyId: string;

  beforeAll(async () => {
    site = await ConsoleSite.open({
      plugins: [DICOM_LISTENER, { use: "qc-dicom", settings: { ownProfile, losslessCompression: false } }],
      route: { check: ["qc-dicom"] },
    });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
    await site.send(5);
    const row = admin.page.locator("tbody tr").first();
    await row.getByText("Held").waitFor();
    studyId = (await site.orm.em.fork().findOneOrFail(Study, { status: "held" })).id;
  });
  afterAll(async () => {
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
    expect(await admin.traces()).not.toContain("PHANTOM");
    await site?.close();
  });

  const picture = async (name: string) => {
    const folder = process.env["THALAMUS_PICTURES"];
    if (folder !== undefined) await admin.page.screenshot({ path: `${folder}/${name}.png` });
  };

  test("issue 7 the summary shows a small picture and elements, those of the patient only when asked for", async () => {
    const { page } = admin;
    await page.goto(`/studies/${studyId}/summary`);
    const thumbnail = page.getByRole("link", { name: "Look at the images" }).locator("img");
    const width = () =>
      thumbnail.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth);
    // the thread of images starts with the first one
    await expect.poll(width, { timeout: 30_000 }).toBe(160);
    await page.getByRole("button", { name: "Show the elements (tags)" }).click();
    const table = page.getByRole("table", { name: "Elements of the image" });
    await table.getByRole("cell", { name: "MONOCHROME2" }).waitFor();
    await page.getByLabel("Tag or keyword").fill("0010,0010");
    await page.getByText(/^1 of \d+ elements$/).waitFor();
    expect(await table.textContent()).not.toContain("PHANTOM");
    await table.getByRole("button", { name: "Reveal PatientName" }).click();
    await table.getByText(/PHANTOM/).waitFor();
    const where = { event: "phi.revealed", studyId };
    const [line] = await site.orm.em.fork().find(JournalEntry, where);
    expect(line).toMatchObject({ actor: "admin", detail: { fields: ["(0010,0010)"], elements: 1 } });
    await table.getByRole("button", { name: "Hide PatientName" }).click();
    await page.getByLabel("Tag or keyword").fill("RepetitionTime");
    await table.getByRole("row", { name: /RepetitionTime DS \d/ }).waitFor();
    // another image of the series is chosen by its place, and what is looked for stays
    await page.getByLabel("Tag or keyword").fill("InstanceNumber");
    await table.getByRole("row", { name: /InstanceNumber IS 1$/ }).waitFor();
    await page.getByRole("spinbutton", { name: "Image" }).press("ArrowUp");
    await table.getByRole("row", { name: /InstanceNumber IS 2$/ }).waitFor();
    await page.getByRole("spinbutton", { name: "Image" }).fill("99");
    expect(await page.getByRole("spinbutton", { name: "Image" }).getAttribute("aria-invalid")).toBe("true");
  });

  test("issue 7 the images are gone through, brightened and enlarged by keys alone", async () => {
    const { page } = admin;
    await page.getByRole("link", { name: "Look at the images" }).click();
    const stage = page.getByRole("group", { name: /^Series 1, MR\. Image 8 of 14$/ });
    await page.getByRole("img", { name: "Series 1, MR, Image 8 of 14" }).waitFor();
    await stage.focus();
    for (const [key, place] of [
      ["Home", 1],
      ["ArrowDown", 2],
      ["PageDown", 12],
      ["End", 14],
    ] as const) {
      await page.keyboard.press(key);
      await page
        .getByRole("status")
        .filter({ hasText: `Image ${place} of 14` })
        .waitFor();
    }
    const shown = page.getByRole("img", { name: "Series 1, MR, Image 14 of 14" });
    const seen = () => shown.getAttribute("src");
    await expect.poll(async () => (await seen())?.startsWith("blob:")).toBe(true);
    const plain = await seen();
    await page.keyboard.press("Shift+ArrowUp");
    await expect.poll(async () => (await seen()) !== plain).toBe(true);
    expect(admin.requests.some((one) => /rendered\?size=\d+&center=[\d.]+&width=[\d.]+$/.test(one))).toBe(
      true,
    );
    await page
      .getByLabel("Window")
      .locator("option:checked")
      .filter({ hasText: /^centre / })
      .waitFor({ state: "attached" });
    await page.keyboard.press("+");
    await expect.poll(() => shown.evaluate((one) => one.style.transform)).toContain("scale(1.25)");
    await page.keyboard.press("0");
    await page.getByRole("slider", { name: "Image" }).press("ArrowLeft");
    await page.getByRole("status").filter({ hasText: "Image 13 of 14" }).waitFor();
    // the elements are those of the image that is looked at, and follow it
    await page.getByRole("button", { name: "Show the elements of this image" }).click();
    await page.getByLabel("Tag or keyword").fill("InstanceNumber");
    const table = page.getByRole("table", { name: "Elements of the image" });
    await table.getByRole("row", { name: /InstanceNumber IS 13$/ }).waitFor();
    await page.getByRole("slider", { name: "Image" }).press("Home");
    await table.getByRole("row", { name: /InstanceNumber IS 1$/ }).waitFor();
    expect(await page.getByLabel("Tag or keyword").inputValue()).toBe("InstanceNumber");
    const looks = await site.orm.em.fork().find(JournalEntry, { event: "images.viewed", studyId });
    expect(looks.map(({ detail }) => detail["kind"]).toSorted()).toEqual(["frames", "thumbnails"]);
  });

  test("A-157 A-303 X-036 age and sex can be corrected, and the checks run again", async () => {
    const { page } = admin;
    await page.goto(`/studies/${studyId}/qc`);
    await page.getByText("The study waits for a person").waitFor();
    await page.getByText(/rule set many-images 9\.1/).waitFor();
    //
    await page.getByText(/switched off in the settings and count as passed/).waitFor();
    await page.getByText(/The settings of qc-dicom were last changed by the file on/).waitFor();
    await page
      .getByRole("table", { name: "Series" })
      .getByRole("cell", { name: "uncompressed" })
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Correct age or sex" }).click();
    await page.getByLabel("Patient age").fill("old");
    await page.getByRole("button", { name: "Save and run again" }).click();
    await page.getByText("The age is not in a form that is taken").waitFor();
    await picture("correction");
    await page.getByLabel("Patient age").fill("48");
    await page.keyboard.press("Enter");
    await page.getByText("The checks run again.").waitFor();
    await page.getByText("Age was given beside the images").waitFor();
  });

  test("A-240 A-241 a bypass tells what may come of it, wants a reason without names, and shows who did it", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Bypass", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: /Let the study pass/ });
    await dialog.getByText("The result may be unreliable or non-diagnostic.").waitFor();
    await dialog.getByText(/extra charges/).waitFor();
    await dialog.getByText(/MRI series validation:/).waitFor();
    const confirm = dialog.getByRole("button", { name: "Bypass the check" });
    expect(await confirm.isEnabled()).toBe(false);
    // the field has the focus, so that a keyboard is enough
    await page.keyboard.type("too short");
    expect(await confirm.isEnabled()).toBe(false);
    await dialog.getByLabel("Reason").fill("Mrs. PHANTOM knows of it.");
    await confirm.click();
    await dialog.getByText("The reason holds a value that identifies the patient.").waitFor();
    await picture("bypass");
    await dialog.getByLabel("Reason").fill(REASON);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.getByText(`admin let it pass: ${REASON}`).waitFor();
    const line = page.getByRole("row", { name: /MRI series validation/ });
    await line.getByText("Bypassed").waitFor();
    expect(await page.getByRole("button", { name: "Bypass", exact: true }).count()).toBe(0);
    await picture("bypassed");
  });

  test("the report is saved as PDF and JSON under names that tell nothing", async () => {
    const { page } = admin;
    for (const format of ["PDF", "JSON"]) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: `Report as ${format}` }).click(),
      ]);
      const saved = readFileSync((await download.path())!, "latin1");
      expect(download.suggestedFilename()).toBe(`${studyId.slice(0, 8)}_qc-report.${format.toLowerCase()}`);
      expect(saved.slice(0, 5)).toBe(format === "PDF" ? "%PDF-" : '{"ver');
    }
  });
});
