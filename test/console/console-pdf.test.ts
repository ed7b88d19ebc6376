// The PDF of a report, drawn by the console: pages, size, search, keys, and what is said when it cannot be drawn.
import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { excessWidth, picture, violations } from "./page-audit.ts";
import { type Planted, plantEverything } from "./planted-line.ts";
import { blackPdf } from "./tiny-files.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;

/** Pages are drawn beside other tests. */
const PATIENTLY = { timeout: 20_000 };

describe.skipIf(WHY_NOT !== "")(`the PDF of a report${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let planted: Planted;
  let admin: ConsolePage;

  beforeAll(async () => {
    site = await ConsoleSite.open();
    planted = await site.plant((em) => plantEverything(em, site.resultsTree));
    // where the pages stand after a turn of the phone comes from movements that end
    admin = await ConsolePage.open(site.browser, site.port, { reducedMotion: "no-preference" });
    await admin.signIn(`/results/${planted.result}`);
  });
  afterEach(() => {
    const { errors, foreign } = admin;
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
  });
  afterAll(async () => {
    await site?.close();
  });

  test("A-256 W-017 is drawn, gets larger and smaller, and goes from page to page", async () => {
    const { page } = admin;
    await page.getByRole("tab", { name: "PDF" }).click();
    const first = page.getByRole("group", { name: "Page 1 of 3" });
    await first.getByText("Diffusion metrics").waitFor();
    await expect.poll(() => page.evaluate(DARK_DOTS), PATIENTLY).toBeGreaterThan(100);
    expect(await violations(page)).toEqual([]);
    await picture(page, "pdf");
    // it fits without a bar to scroll sideways
    expect(await page.evaluate(EXCESS_OF_PAGES)).toBe(0);
    await page.keyboard.press("+");
    await page.getByText("125 %").waitFor();
    await page.getByRole("button", { name: "Smaller" }).click();
    await page.getByText("100 %").waitFor();
    // A4 on paper: 595 points are 793 pixels of 96 for an inch
    expect((await first.boundingBox())?.width).toBe(793);
    await page.keyboard.press("0");
    await page.getByText("fits", { exact: true }).waitFor();

    const number = page.getByRole("combobox", { name: "Page" });
    await page.getByRole("button", { name: "Next page" }).click();
    await expect.poll(() => number.inputValue(), PATIENTLY).toBe("2");
    await number.selectOption("3 of 3");
    await page.getByRole("group", { name: "Page 3 of 3" }).getByText("Grey and white matter").waitFor();
    expect(await page.getByRole("button", { name: "Next page" }).isDisabled()).toBe(true);
    await page.getByRole("tab", { name: "PDF" }).focus();
    await page.keyboard.press("b");
    await expect.poll(() => number.inputValue(), PATIENTLY).toBe("2");
    const print = page.getByRole("link", { name: "Print" });
    expect(await print.getAttribute("href")).toBe(`/api/results/${planted.result}/files/report`);
    expect(await print.getAttribute("target")).toBe("_blank");
  });

  test("A-256 is searched in all pages, marks what was found and goes there", async () => {
    const { page } = admin;
    const number = page.getByRole("combobox", { name: "Page" });
    await number.selectOption("1 of 3");
    await page.getByRole("tab", { name: "PDF" }).focus();
    await page.keyboard.press("/");
    await page.keyboard.type("WHITE  matter");
    await page.getByText("1 of 2", { exact: true }).waitFor();
    await expect.poll(() => page.evaluate(MARKED), PATIENTLY).toBe("White matter");
    await expect.poll(() => number.inputValue(), PATIENTLY).toBe("2");
    await picture(page, "pdf-found");
    await page.keyboard.press("Enter");
    await page.getByText("2 of 2", { exact: true }).waitFor();
    await expect.poll(() => page.evaluate(MARKED), PATIENTLY).toBe("white matter");
    await expect.poll(() => number.inputValue(), PATIENTLY).toBe("3");
    await page.keyboard.type("s");
    await page.getByText("not found").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("not found").waitFor({ state: "detached" });
  });

  test("A-256 works on a phone in the dark", async () => {
    const { page } = admin;
    const number = page.getByRole("combobox", { name: "Page" });
    await number.selectOption("2 of 3");
    // what is at the top before the window becomes narrow is there afterwards
    const topOf = async (role: "group" | "region", name: string) =>
      (await page.getByRole(role, { name }).boundingBox())?.y ?? Number.NaN;
    const moved = async () =>
      Math.abs((await topOf("group", "Page 2 of 3")) - (await topOf("region", "Pages of the report")));
    await expect.poll(moved, PATIENTLY).toBeLessThan(30);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(moved, PATIENTLY).toBeLessThan(30);
    expect(await number.inputValue()).toBe("2");
    await number.selectOption("1 of 3");
    await page.getByRole("group", { name: "Page 1 of 3" }).getByText("Diffusion metrics").waitFor();
    await expect.poll(() => page.evaluate(DARK_DOTS), PATIENTLY).toBeGreaterThan(20);
    expect(await excessWidth(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await picture(page, "pdf-phone");
    expect(await page.evaluate("Object.keys(localStorage).filter((key) => /pdf|report/i.test(key))")).toEqual(
      [],
    );
  });

  test("A-256 draws images whose decoder comes as a script of its own, as no WebAssembly is allowed", async () => {
    const { page } = admin;
    const answer = { contentType: "application/pdf", body: blackPdf() };
    await page.route("**/files/report", (route) => route.fulfill(answer));
    await page.getByRole("tab", { name: "Report" }).click();
    await page.getByRole("tab", { name: "PDF" }).click();
    await page.getByRole("group", { name: "Page 1 of 1" }).waitFor();
    await expect.poll(() => page.evaluate(DARK_DOTS), PATIENTLY).toBeGreaterThan(1000);
    await page.unroute("**/files/report");
  });

  test("A-256 a PDF that cannot be drawn is said so, and can be downloaded", async () => {
    const { page } = admin;
    await page.route("**/files/report", (route) => route.fulfill({ status: 200, body: "no PDF" }));
    await page.getByRole("tab", { name: "Report" }).click();
    await page.getByRole("tab", { name: "PDF" }).click();
    await page.getByText("The PDF could not be drawn; download it.").waitFor();
    await page.unroute("**/files/report");
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download", exact: true }).click();
    expect((await coming).suggestedFilename()).toMatch(/^[0-9a-f-]{36}_report\.pdf$/);
  });
});

const EXCESS_OF_PAGES = `(() => {
  const { scrollWidth, clientWidth } = document.querySelector("[aria-label='Pages of the report']");
  return scrollWidth - clientWidth;
})()`;

/** Dots of the first picture that are not paper. */
const DARK_DOTS = `(() => {
  const canvas = document.querySelector("[role=group][aria-label^='Page'] canvas");
  if (!canvas?.width) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let dot = 0; dot < data.length; dot += 4) if (data[dot] < 128) dark += 1;
  return dark;
})()`;

const MARKED = `[...(CSS.highlights.get("pdf-here") ?? [])].map(String).join("|")`;
