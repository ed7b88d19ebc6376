// Pages of plugins in the console: drawn from data, by a script, and faults that stay in them.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFilesInto } from "../support/outside-plugins.ts";
import { PAGE_ENTRY, PAGE_PLUGIN } from "../support/page-plugin.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { atRest, picture, violations } from "./page-audit.ts";
import { plantStudy } from "./planted-studies.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;

describe.skipIf(WHY_NOT !== "")(`pages of plugins in the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let admin: ConsolePage;

  beforeAll(async () => {
    site = await ConsoleSite.open({ plugins: [PAGE_ENTRY] }, (folder) => writeFilesInto(folder, PAGE_PLUGIN));
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn("/results");
  });
  afterAll(async () => {
    expect(admin?.foreign).toEqual([]);
    await site?.close();
  });

  const open = async (title: string) => {
    await admin.page
      .getByRole("navigation", { name: "Pages" })
      .first()
      .getByRole("link", { name: title, exact: true })
      .click();
    await admin.page.getByRole("heading", { name: title, level: 1 }).waitFor();
  };

  test("one from data is in the navigation and is drawn by the console", async () => {
    const { page } = admin;
    await open("Rooms");
    await page.getByText("All rooms are there.").waitFor();
    await page.getByRole("cell", { name: "One" }).waitFor();
    await picture(page, "plugin-page");
    expect(await violations(page)).toEqual([]);
    const choose = async (account: string, language: string) => {
      await page.getByRole("button", { name: account }).click();
      await page.getByRole("menuitemradio", { name: language }).click();
    };
    await choose("Account", "Deutsch");
    await page.getByRole("heading", { name: "Räume", level: 1 }).waitFor();
    await page.getByText("Alle Räume sind da.").waitFor();
    await page.getByRole("columnheader", { name: "Raum" }).waitFor();
    // what the plugin has no German for
    await page.getByRole("heading", { name: "In numbers" }).waitFor();
    await choose("Konto", "English");
    await open("Odd rooms");
    await page.getByText("The plugin describes no page").waitFor();
    await open("Gone rooms");
    await page.getByText("Its script cannot be read").waitFor();
  });

  test("a script of a plugin draws its page under the strict policy, and asks the plugin for what it shows", async () => {
    const { page, errors } = admin;
    await open("Live rooms");
    await page.getByText("Live: nothing yet").waitFor();
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("Live: from the plugin").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(errors.filter((one) => !one.includes("502"))).toEqual([]);
  });

  test("a script that throws, registers nothing or was changed on its way does not stop the console", async () => {
    const { page } = admin;
    await open("Broken rooms");
    await page.getByText("This part could not be shown").waitFor();
    await open("Silent rooms");
    await page.getByText("does not register the page").waitFor();
    const other = await ConsolePage.open(site.browser, site.port);
    await other.page.route("**/live/script.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: "document.title = 'TAKEN OVER';" }),
    );
    await other.signIn("/plugins/web-worklist/live");
    await other.page.getByText("is not the file that the hub has looked at").waitFor();
    expect(await other.page.title()).not.toContain("TAKEN");
    await other.close();
    await open("Rooms");
    await page.getByText("All rooms are there.").waitFor();
  });

  test("a tab of a plugin stands beside the others of a study", async () => {
    const { page } = admin;
    const study = await site.plant(async (em) => plantStudy(em, "delivered", 60));
    await page.goto(`/studies/${study.id}/summary`);
    await page.getByRole("tab", { name: "Where" }).click();
    await page.getByText(`Study ${study.id} was in room One.`).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("a button of a list's entry works on that one, and what it says is taken over at a word", async () => {
    const { page } = admin;
    await page.goto("/settings/entry.web-worklist");
    const rooms = page.getByRole("region", { name: "Rooms" });
    await rooms.getByRole("button", { name: "One", exact: true }).click();
    await atRest(page);
    await rooms.getByRole("button", { name: "Ring" }).click();
    await rooms.getByText("It rings in One.").waitFor();
    await rooms.getByRole("button", { name: "Take over" }).click();
    await page.getByText("Unsaved changes in one part").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
  });
});
