// Settings in the console: wrong and right values, secrets, what changes at once, conflicts, versions, entries.
import { existsSync, readFileSync } from "node:fs";
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER } from "../support/hub-in-test.ts";
import { SettingsClient } from "../support/settings-client.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { picture } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;

describe.skipIf(WHY_NOT !== "")(`settings in the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let admin: ConsolePage;
  let settings: SettingsClient;
  let receiver: WebReceiver;

  beforeAll(async () => {
    receiver = await WebReceiver.start(answering(200));
    const rest = {
      url: `${receiver.url}/in`,
      privateNetworks: ["127.0.0.0/8"],
      auth: { kind: "bearer", secret: "CANARY-token" },
    };
    site = await ConsoleSite.open({
      plugins: [DICOM_LISTENER, { use: "qc-dicom" }, { use: "deliver-rest", name: "portal", settings: rest }],
      route: { check: ["qc-dicom"], deliver: ["portal"] },
    });
    admin = await ConsolePage.open(site.browser, site.port);
    settings = new SettingsClient(await ApiClient.signedIn(site.port));
    await admin.signIn("/settings");
  });
  afterAll(async () => {
    expect({ errors: admin?.errors.filter((one) => !one.includes("409")), foreign: admin?.foreign }).toEqual({
      errors: [],
      foreign: [],
    });
    await site?.close();
    await receiver?.[Symbol.asyncDispose]();
  });

  const choose = async (name: string) => {
    await admin.page.getByRole("navigation", { name: "Sections" }).getByRole("button", { name }).click();
    await admin.page.getByRole("heading", { name, level: 2 }).waitFor();
  };
  const save = () => admin.page.getByRole("button", { name: "Save", exact: true }).click();

  test("a wrong value is told at its field, which has the focus; a right one is saved and in effect", async () => {
    const { page } = admin;
    await choose("Uploads");
    const field = page.getByRole("textbox", { name: "Largest upload (MB)" });
    await field.fill("0");
    await save();
    await page.getByText("At least 1.").waitFor();
    await expect.poll(() => page.locator(":focus").getAttribute("aria-invalid")).toBe("true");
    await picture(page, "settings-wrong");
    await field.fill("1234");
    await save();
    await page.getByText("Saved as version 2.").waitFor();
    await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "detached" });
    const { body } = await settings.api.call<{ largestBytes: number }>("GET", "/api/uploads/options");
    expect(body.largestBytes).toBe(1_234_000_000);
  });

  test("what only the hub can tell lands on its field, too", async () => {
    const { page } = admin;
    await choose("portal (REST API)");
    await page
      .getByRole("textbox", { name: "Address", exact: true })
      .fill("https://{{patient.id}}.example.org/in");
    await save();
    await page.getByText("Values cannot be part of the host.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
  });

  test("A-193 a secret is kept unless it is replaced, and the test works on what is not saved", async () => {
    const { page } = admin;
    const form = page.getByRole("form", { name: "portal (REST API)" });
    await form.getByText(/^Set on/).waitFor();
    await form.getByRole("button", { name: "Test delivery" }).click();
    await form.getByText("It works", { exact: true }).waitFor();
    expect(receiver.requests.at(-1)?.headers.authorization).toBe("Bearer CANARY-token");
    await form.getByRole("button", { name: "Replace Secret" }).click();
    await form.getByLabel("Secret", { exact: true }).fill("CANARY-new");
    await form.getByRole("button", { name: "Test delivery" }).click();
    await expect.poll(() => receiver.requests.at(-1)?.headers.authorization).toBe("Bearer CANARY-new");
    await picture(page, "settings-secret");
    await form.getByRole("button", { name: "Keep stored" }).click();
    await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "detached" });
    expect(await page.content()).not.toContain("CANARY");
  });

  test("a field that another one makes needless is not there", async () => {
    const { page } = admin;
    expect(await page.getByRole("textbox", { name: "Token address" }).count()).toBe(0);
    await page.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "oauth2" }).click();
    await page.getByRole("textbox", { name: "Token address" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
  });

  test("A-157 switching a check off warns, and unsaved changes are not left behind unasked", async () => {
    const { page } = admin;
    await choose("DICOM quality control");
    await page.getByRole("switch", { name: "Patient demographics" }).click();
    await page.getByText("Switched off, it counts as passed, and incomplete").waitFor();
    await picture(page, "settings-warning");
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Results" }).click();
    await page
      .getByRole("dialog", { name: "Leave without saving?" })
      .getByRole("button", { name: "Stay" })
      .click();
    await page.getByRole("button", { name: "Undo" }).click();
  });

  test("A-136 senders are added, opened where they need attention, moved and removed", async () => {
    const { page } = admin;
    await choose("DICOM receiver");
    const senders = page.getByRole("region", { name: "Allowed senders" });
    await senders.getByRole("button", { name: "Add a sender" }).click();
    const title = senders.getByRole("textbox", { name: "AE title" });
    // a card that closes is there for a moment longer
    const only = () => expect.poll(() => title.count()).toBe(1);
    await title.fill("FIRST");
    await senders.getByRole("button", { name: "Add a sender" }).click();
    await only();
    await senders.getByRole("button", { name: "FIRST", exact: true }).click();
    await save();
    await senders.getByText("Needs attention").waitFor();
    await senders.getByText("Required.").waitFor();
    await picture(page, "settings-list");
    await only();
    await title.fill("SECOND");
    await senders.getByRole("button", { name: "Move up" }).click();
    await save();
    await page.getByText(/^Saved as version/).waitFor();
    const { value } = await settings.section("entry.dicom-scp");
    expect(value["allowedCallers"]).toEqual([{ ae: "SECOND" }, { ae: "FIRST" }]);
  });

  test("who saves after somebody else sees what they changed, and may save over it", async () => {
    const { page } = admin;
    await choose("Name");
    const field = page.getByRole("textbox", { name: "Name of the hub" });
    await field.fill("Mine");
    await settings.save("core.name", { name: "Theirs" });
    await save();
    const dialog = page.getByRole("dialog", { name: "Changed by admin meanwhile" });
    await dialog.getByText("→ Theirs").waitFor();
    await picture(page, "settings-conflict");
    await dialog.getByRole("button", { name: "Save mine over it" }).click();
    await expect.poll(async () => (await settings.section("core.name")).value["name"]).toBe("Mine");
  });

  test("A-185 a destination is added with its settings and is in use at once", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Add a plugin entry" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a plugin entry" });
    await dialog.getByRole("combobox", { name: "Plugin" }).click();
    await page.getByRole("option", { name: "REST API (deliver)" }).click();
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("second");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByText("Required.").waitFor();
    await dialog
      .getByRole("textbox", { name: "Address", exact: true })
      .fill("https://reports.example.org/in");
    await picture(page, "settings-add");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("heading", { name: "second (REST API)", level: 2 }).waitFor();
    expect((await settings.section("core.delivery")).value["deliver"]).toEqual(["portal", "second"]);
  });

  test("settings go out as a file and come in after a look at what would change; a wrong file is told", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Export or import" }).click();
    const dialog = page.getByRole("dialog", { name: "Export or import settings" });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("thalamus-settings.yaml");
    const text = readFileSync(await download.path(), "utf8");
    expect(text).not.toMatch(/CANARY|sealed/);
    const give = async (content: string) => {
      const file = { name: "settings.yaml", mimeType: "application/yaml", buffer: Buffer.from(content) };
      await dialog.getByLabel("File with settings").setInputFiles(file);
      await dialog.getByRole("button", { name: "Show what would change" }).click();
    };
    const take = dialog.getByRole("button", { name: "Import", exact: true });

    await give("%PDF-1.7 {");
    await dialog.getByText("The file is neither YAML nor JSON.").waitFor();
    await give("format: somebody-elses/3");
    await dialog.getByText("The file is of another format than thalamus-settings/1.").waitFor();
    await give(text.replace("name: Mine", "name: 7"));
    await dialog.getByText(/^name: /).waitFor();
    expect(await take.isDisabled()).toBe(true);
    await picture(page, "settings-import-wrong");
    await give(text);
    await dialog.getByText("Nothing would change.").waitFor();
    expect(await take.isDisabled()).toBe(true);

    const changed = text.replace("name: Mine", "name: From a file");
    await give(changed);
    await dialog.getByText("→ From a file").waitFor();
    await settings.save("core.name", { name: "Theirs again" });
    await take.click();
    await dialog.getByText(/^admin has changed the settings meanwhile/).waitFor();
    expect(await take.isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "Show what would change" }).click();
    await dialog.getByText("Theirs again").waitFor();
    await picture(page, "settings-import");
    await take.click();
    await page.getByText(/^Imported as version/).waitFor();
    expect((await settings.section("core.name")).value["name"]).toBe("From a file");
    // a secret that the file leaves out stays what it is
    await choose("portal (REST API)");
    await page
      .getByRole("form", { name: "portal (REST API)" })
      .getByText(/^Set on/)
      .waitFor();
  });

  test("the history tells who changed what, and an old version comes back after a look at the difference", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "History" }).click();
    const history = page.getByRole("dialog", { name: "History of the settings" });
    await history.getByText("uploads: largestMegabytes").waitFor();
    await picture(page, "settings-history");
    await history.getByRole("button", { name: "Restore version 1", exact: true }).click();
    const confirm = page.getByRole("dialog", { name: "Bring back version 1?" });
    await confirm.getByText("largestMegabytes").waitFor();
    await confirm.getByRole("button", { name: "Bring it back" }).click();
    await page.getByText(/^Brought back as version/).waitFor();
    expect((await settings.section("core.uploads")).value["largestMegabytes"]).toBe(5000);
  });
});
