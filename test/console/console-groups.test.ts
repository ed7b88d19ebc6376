// Somebody makes a group in the console, puts a study in, looks at its table, sends and downloads its report.
import { existsSync, readFileSync } from "node:fs";
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { zipOf } from "../support/archives.ts";
import { groupLine, sendSmall } from "../support/group-site.ts";
import { smallFile } from "../support/small-dicom.ts";
import { studyWhere } from "../support/study-watch.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const CANARY = { PatientName: "KANARIENVOGEL^Carla", PatientID: "CANARY-4711" };

describe.skipIf(WHY_NOT !== "")(`groups in the console${WHY_NOT}`, () => {
  let web: WebReceiver;
  let site: ConsoleSite;
  let console: ConsolePage;
  let studyId: string;

  beforeAll(async () => {
    web = await WebReceiver.start(answering(200));
    site = await ConsoleSite.open(groupLine({ web: web.url }));
    const api = await ApiClient.signedIn(site.port);
    studyId = await sendSmall(api, site.hub.listeners.get("dicom-scp")!.port, "console group", CANARY);
    await studyWhere(api, studyId, ({ status }) => status === "processed");
    console = await ConsolePage.open(site.browser, site.port);
    await console.signIn();
  });
  afterAll(async () => {
    await site?.close();
    await web?.[Symbol.asyncDispose]();
  });

  async function expectNoTraces(): Promise<void> {
    const traces = `${await console.traces()} ${await console.page.content()}`;
    expect(Object.values(CANARY).filter((value) => traces.includes(value))).toEqual([]);
    expect({ errors: console.errors, foreign: console.foreign }).toEqual({ errors: [], foreign: [] });
  }

  test("A-260 A-264 a group is made with the keyboard at hand, and says what is missing", async () => {
    const { page } = console;
    await page.getByRole("heading", { name: "Studies" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("g");
    await page.getByText("No groups yet").waitFor();
    await page.getByRole("button", { name: "Create group" }).click();
    const dialog = page.getByRole("dialog", { name: "Create a group" });
    await dialog.getByRole("textbox", { name: "Name", exact: false }).first().fill("Trial 7");
    await dialog.getByRole("button", { name: "Create" }).click();
    await dialog.getByText("Choose at least one product.").waitFor();
    await dialog.getByLabel("quick-report").check();
    await dialog.getByLabel("Reports go to").click();
    await page.getByRole("option", { name: "registry" }).click();
    await dialog.getByLabel("Report by the clock").click();
    await page.getByRole("option", { name: "On days of the week" }).click();
    await dialog.getByRole("button", { name: "Thursday" }).click();
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "Trial 7" }).waitFor();
    await page.getByText("By the clock: Monday, Thursday at 06:00").waitFor();
    await page.getByText("Nothing to report yet").waitFor();
    await page.getByText("No report yet").waitFor();
    await expectNoTraces();
  });

  test("A-164 A-261 A-262 A-263 A-264 a study is put in; the report is made, shown, sent, tested and saved", async () => {
    const { page } = console;
    await page.getByRole("button", { name: "Add studies" }).click();
    await page.getByLabel(`Study ${studyId.slice(0, 8)}`).check();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const studies = page.getByRole("list", { name: "Studies of the group" });
    await studies.getByRole("link", { name: studyId.slice(0, 8) }).waitFor();
    const table = page.getByRole("table", { name: "Prediction Indexes" });
    await table.getByRole("cell", { name: "quick-report" }).waitFor();
    // complete at once, so it is sent without anybody asking
    const reports = page.getByRole("list", { name: "Reports of the group" }).getByRole("listitem");
    await reports.filter({ hasText: "the group was complete" }).getByText("Sent", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Send report" }).click();
    await page.getByText("The report is on its way to registry.").waitFor();
    await reports.filter({ hasText: "somebody asked for it" }).getByText("Sent", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Test delivery" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: /127\.0\.0\.1|answered|200/ })
      .waitFor();
    const saving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download report" }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^Trial 7 Prediction Indexes \d{4}-\d\d-\d\d\.csv$/);
    expect(readFileSync((await saved.path())!, "utf8")).toContain(`${studyId},quick-report`);
    expect(web.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
    await expectNoTraces();
  });

  test("A-177 a report that could not be sent says why, and can be sent again", async () => {
    const { page } = console;
    web.answer = answering(410);
    await page.getByRole("button", { name: "Send report" }).click();
    const stuck = page.getByRole("listitem").filter({ hasText: "Not sent" });
    await stuck.getByText("deliver-rest.refused").waitFor();
    web.answer = answering(200);
    await stuck.getByRole("button", { name: "Send again" }).click();
    await stuck.waitFor({ state: "detached" });
  });

  test("A-247 A-265 a whole group is uploaded from its page", async () => {
    const { page } = console;
    await page.getByRole("link", { name: "Upload", exact: true }).last().click();
    await page.getByLabel("Group (optional)").waitFor();
    await page.getByText("Products of the group: quick-report").waitFor();
    await page.getByLabel("What I send holds one ZIP for each study").check();
    const files = await Promise.all(
      ["a", "b"].map(async (name) => ({
        name: `KANARIENVOGEL ${name}.zip`,
        mimeType: "application/zip",
        buffer: await zipOf([{ path: "1.dcm", bytes: smallFile(`whole ${name}`, 1) }]),
      })),
    );
    await page.getByLabel("ZIP or files", { exact: true }).setInputFiles(files);
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByText("The upload was taken in").waitFor();
    await page.goto("/groups");
    await page.getByRole("table", { name: "Groups" }).getByText("3 done").waitFor();
    await expectNoTraces();
  });

  test("on a phone nothing has to be scrolled sideways; deleting asks for the name", async () => {
    const { page } = console;
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByRole("link", { name: "Trial 7" }).click();
    await page.getByRole("heading", { name: "Trial 7" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Delete the group?" });
    expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Name of the group").fill("Trial 7");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("No groups yet").waitFor();
    await expectNoTraces();
  });

  test("a hub that does not answer is told, with a way to try again", async () => {
    const { page } = console;
    await page.route("**/api/groups*", (route) => route.abort());
    await page.goto("/groups");
    await page.getByText("The groups could not be read").waitFor();
    await page.unroute("**/api/groups*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("No groups yet").waitFor();
  });
});
