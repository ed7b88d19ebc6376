// An admin acts on whole studies: completes one, ends one with a failure report, cancels one, deletes one; a user may less.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hashPassword } from "../../core/access/password.ts";
import { Account } from "../../core/database/entities/account.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { Study } from "../../core/database/entities/study.ts";
import { ApiClient } from "../support/api-client.ts";
import { zipOf } from "../support/archives.ts";
import { DICOM_LISTENER } from "../support/hub-in-test.ts";
import { SettingsClient } from "../support/settings-client.ts";
import { smallFile } from "../support/small-dicom.ts";
import { uploaded } from "../support/upload-client.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { picture, violations } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const NOT_ALLOWED = "Your role does not allow this. Ask an administrator.";
const PASSWORD = "a-second-password";
/** Nobody sends so many. */
const ownProfile = {
  name: "many-images",
  version: "1.0",
  title: "Many images",
  images: { min: 9999, otherwise: "fail" },
};

describe.skipIf(WHY_NOT !== "")(`acts on studies in the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let admin: ConsolePage;
  let user: ConsolePage;

  beforeAll(async () => {
    site = await ConsoleSite.open({
      plugins: [DICOM_LISTENER, { use: "qc-dicom", settings: { ownProfile } }],
      route: { check: ["qc-dicom"] },
      // nobody waits so long: a person makes it complete
      intake: { stableAfterSeconds: 3600 },
    });
    const passwordHash = await hashPassword(PASSWORD);
    await site.plant(async (em) => {
      em.create(Account, { id: randomUUID(), name: "reader", passwordHash, role: "user" });
    });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
    user = await ConsolePage.open(site.browser, site.port);
    await user.page.goto("/studies");
    await user.fillIn("reader", PASSWORD);
    await user.page.getByRole("heading", { name: "Studies" }).waitFor();
  });
  afterEach(async () => {
    for (const one of [admin, user]) {
      expect({ errors: one.errors, foreign: one.foreign }).toEqual({ errors: [], foreign: [] });
      expect(await one.traces()).not.toContain("PHANTOM");
    }
  });
  afterAll(async () => {
    await site?.close();
  });

  /** Sends a study and waits for its row. */
  async function arrived(seed: number): Promise<string> {
    const before = await site.orm.em.fork().findAll(Study);
    await site.send(seed);
    const known = before.map(({ id }) => id);
    const { id } = await site.orm.em.fork().findOneOrFail(Study, { id: { $nin: known } });
    await admin.page.getByRole("button", { name: /Refresh/ }).click();
    await admin.row(id).waitFor();
    return id;
  }

  async function choose(from: ConsolePage, id: string, act: string): Promise<void> {
    await from.page.getByRole("button", { name: `Actions for study ${id.slice(0, 8)}` }).click();
    await from.page.getByRole("menuitem", { name: act }).click();
  }

  test("a study that nobody wants to wait for is made complete, and its checks begin", async () => {
    const { page } = admin;
    const id = await arrived(11);
    //
    await admin
      .row(id)
      .getByText(/^No, in (1 h|59 min)/)
      .waitFor();
    await page.getByRole("button", { name: `Actions for study ${id.slice(0, 8)}` }).click();
    const off = page.getByRole("menuitem", { name: "Delete" });
    expect(await off.getAttribute("aria-disabled")).toBe("true");
    await off.getByText("Images still come in.").waitFor();
    await picture(page, "study-acts");
    await page.keyboard.press("Escape");
    await choose(admin, id, "Make complete now");
    await page.getByRole("dialog", { name: /for complete now/ }).waitFor();
    await page.keyboard.press("Enter");
    await admin.row(id).getByText("Held").waitFor();
    // the row's own click was not meant
    expect(new URL(page.url()).pathname).toBe("/studies");
  });

  test("a held study is ended with a failure report, after a reason without names", async () => {
    const { page } = admin;
    const { id } = await site.orm.em.fork().findOneOrFail(Study, { status: "held" });
    await choose(admin, id, "End with a failure report");
    const dialog = page.getByRole("dialog", { name: /with a failure report/ });
    const end = dialog.getByRole("button", { name: "End the study" });
    expect(await end.isEnabled()).toBe(false);
    await page.keyboard.type("Too few images, agreed by phone.");
    await picture(page, "reject");
    await end.click();
    await admin.row(id).getByText("Failed").waitFor();
    await page.goto(`/studies/${id}/timeline`);
    await page.getByText("admin ended it with a failure report: Too few images, agreed by phone.").waitFor();
  });

  test("A-235 patient data is shown for a reason where the site wants one, each time", async () => {
    const { page } = admin;
    const settings = new SettingsClient(await ApiClient.signedIn(site.port));
    await settings.save("core.access", { revealNeedsReason: true });
    await page.goto("/studies");
    const { id } = await site.orm.em.fork().findOneOrFail(Study, { status: "failed" });
    const reveal = admin.row(id).getByRole("button", { name: /^Reveal patient of study/ });
    await reveal.click();
    const dialog = page.getByRole("dialog", { name: "Why do you look at patient data?" });
    expect(await dialog.getByRole("button", { name: "Show" }).isEnabled()).toBe(false);
    expect(await violations(page)).toEqual([]);
    await picture(page, "reveal-reason");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await reveal.click();
    await dialog.getByRole("textbox").fill("called by the ward");
    await page.keyboard.press("Enter");
    await admin
      .row(id)
      .getByText(/PHANTOM/)
      .first()
      .waitFor();
    await page.keyboard.press("h");
    await reveal.waitFor();
    // a search by name tells who is a patient here
    await page.getByRole("button", { name: "Find patient" }).click();
    const find = page.getByRole("dialog", { name: "Find patient" });
    await find.getByRole("textbox").fill("phantom");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Back" }).click();
    await find.getByText("No reason was given, so nothing is shown.").waitFor();
    await find.getByRole("button", { name: "Find" }).click();
    await dialog.getByRole("textbox").fill("asked by the family");
    await page.keyboard.press("Enter");
    await find.waitFor({ state: "detached" });
    // the list shows what was found until then
    await page.goto("/studies");
    await settings.save("core.access", { revealNeedsReason: false });
    const [search] = await site.orm.em.fork().find(JournalEntry, { event: "patient.searched" });
    expect(search?.detail).toMatchObject({ reason: "asked by the family" });
    const lines = await site.orm.em.fork().find(JournalEntry, { event: "phi.revealed" });
    expect(lines.map(({ detail }) => detail["reason"])).toEqual(["called by the ward"]);
  });

  test("A-212 a study is deleted after its id was typed, with what goes and what stays in words", async () => {
    const { page } = admin;
    const { id } = await site.orm.em.fork().findOneOrFail(Study, { status: "failed" });
    await choose(admin, id, "Delete");
    const dialog = page.getByRole("dialog", { name: /for good/ });
    await dialog.getByText(/images in \d+ series/).waitFor();
    await dialog.getByText(/^journal and receipts/).waitFor();
    const confirm = dialog.getByRole("button", { name: "Delete the study" });
    await page.keyboard.type("abcdefgh");
    expect(await confirm.isEnabled()).toBe(false);
    await dialog.getByLabel(/^Type .* to confirm/).fill(id.slice(0, 8));
    await picture(page, "delete");
    await page.keyboard.press("Enter");
    await page.getByText(`Study ${id.slice(0, 8)} was deleted.`).waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/studies");
    await admin.row(id).waitFor({ state: "detached" });
    expect(await site.orm.em.fork().count(Study, { id })).toBe(0);
    const told = { event: "study.purged", studyId: id, actor: "admin" };
    expect(await site.orm.em.fork().count(JournalEntry, told)).toBe(1);
  });

  test("A-298 a user reads that the role allows none of the acts, and an administrator cancels", async () => {
    const id = await arrived(12);
    await choose(admin, id, "Make complete now");
    await admin.page.getByRole("dialog").getByRole("button", { name: "Make complete now" }).click();
    await admin.row(id).getByText("Held").waitFor();
    await user.page.getByRole("button", { name: /Refresh/ }).click();
    await user.row(id).getByText("Held").waitFor();
    await user.page.getByRole("button", { name: `Actions for study ${id.slice(0, 8)}` }).click();
    const menu = user.page.getByRole("menu");
    expect(await menu.getByText(NOT_ALLOWED).count()).toBe(4);
    await menu.getByText("You cancel only what you uploaded or ordered.").waitFor();
    await picture(user.page, "user-acts");
    // what is off answers no key and no click
    await menu.getByRole("menuitem", { name: "Delete" }).click({ force: true });
    expect(await user.page.getByRole("dialog").count()).toBe(0);
    await user.page.keyboard.press("Escape");
    await choose(admin, id, "Cancel");
    await admin.page.getByRole("button", { name: "Cancel the work" }).click();
    await user.row(id).getByText("Cancelled").waitFor();
    await admin.row(id).getByText("Cancelled").waitFor();
  });

  test("A-298 a user cancels what they uploaded themselves, after a question, and the journal says so", async () => {
    const api = new ApiClient(site.port);
    await api.call("POST", "/api/session", { name: "reader", password: PASSWORD });
    const files = [1, 2].map((number) => ({ path: `${number}.dcm`, bytes: smallFile("own", number) }));
    const { studyIds } = await uploaded(api, await zipOf(files));
    const [id = ""] = studyIds;
    await user.page.getByRole("button", { name: /Refresh/ }).click();
    await user.row(id).waitFor();
    const complete = await ApiClient.signedIn(site.port);
    expect((await complete.call("PUT", "/api/force-stable", { id })).status).toBe(204);
    await user.row(id).getByText("Held").waitFor();
    await choose(user, id, "Cancel");
    const dialog = user.page.getByRole("dialog", { name: /^Cancel all work on study/ });
    await dialog.getByText("An administrator does that.").waitFor();
    await dialog.getByRole("button", { name: "Cancel the work" }).click();
    await user.row(id).getByText("Cancelled").waitFor();
    const told = { event: "step.cancelled", studyId: id, actor: "reader" };
    expect(await site.orm.em.fork().count(JournalEntry, told)).toBe(1);
  });

  test("pages for administrators are not in a user's navigation, and an address says why", async () => {
    const { page } = user;
    const pages = page.getByRole("navigation", { name: "Pages" }).first();
    expect(await pages.getByRole("link").allInnerTexts()).not.toContain("Housekeeping");
    await page.goto("/housekeeping");
    await page.getByText("Your role does not open this page").waitFor();
    expect(user.requests.filter((request) => /chores|retention/.test(request))).toEqual([]);
    await page.goto("/deliveries/receipts");
    const off = page.getByRole("button", { name: "Export CSV" });
    expect(await off.getAttribute("aria-disabled")).toBe("true");
    await off.focus();
    await page.getByRole("tooltip", { name: NOT_ALLOWED }).waitFor();
  });
});
