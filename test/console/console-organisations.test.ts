// An admin adds an organisation in the console, gives it a key, sees what it runs and how its hub is, and revokes the key.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CloudClient, cloudConfig, wholeHeartbeat } from "../support/cloud-site.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { picture } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const ALIAS = "PD/MSAp/PSP-v1.0";

describe.skipIf(WHY_NOT !== "")(`organisations in the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let console: ConsolePage;
  let secret = "";

  beforeAll(async () => {
    site = await ConsoleSite.open(cloudConfig());
    console = await ConsolePage.open(site.browser, site.port);
    await console.signIn();
  });
  afterAll(async () => {
    await site?.close();
  });

  const client = () => new CloudClient(site.port, secret);
  const line = (list: string, name: string): Locator =>
    console.page.getByRole("list", { name: list, exact: true }).getByRole("listitem", { name, exact: true });

  test("an organisation is added with the keyboard at hand, and a member to it", async () => {
    const { page } = console;
    await page.getByRole("link", { name: "Organisations" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.getByText("No organisations yet").waitFor();
    await page.getByRole("button", { name: "Add organisation" }).click();
    const dialog = page.getByRole("dialog", { name: "Add an organisation" });
    await dialog.getByLabel("Orders expire after (days)").fill("none");
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByText("The organisation needs a name.").waitFor();
    await dialog.getByLabel("Name").fill("Clinic North");
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByText("Days are a whole number from 1 to 3,650.").waitFor();
    await dialog.getByLabel("Orders expire after (days)").fill("45");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Clinic North" }).waitFor();
    await page.getByText("Orders expire after 45 days").waitFor();
    // a key belongs to a member
    const noKey = page.getByRole("button", { name: "Create key" });
    expect(await noKey.getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("button", { name: "Add member" }).click();
    await page.getByRole("dialog", { name: "Add a member" }).getByLabel("Name").fill("Scanner 3");
    await page.keyboard.press("Enter");
    await line("Members", "Scanner 3").waitFor();
  });

  test("a key shows its secret once, and it is kept nowhere in the browser", async () => {
    const { page } = console;
    await page.getByRole("button", { name: "Create key" }).click();
    const dialog = page.getByRole("dialog", { name: "Create a key" });
    await dialog.getByLabel("Name").fill("Night runs");
    await dialog.getByLabel("Quota (optional)").fill("2.5");
    await dialog.getByRole("button", { name: "Create" }).click();
    await dialog.getByText("The quota is a whole number of runs, or empty.").waitFor();
    await dialog.getByLabel("Quota (optional)").fill("2");
    await dialog.getByLabel("Read the usage report").uncheck();
    expect(await dialog.getByLabel("Sees and changes what anybody").isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "Create" }).click();
    const shown = page.getByRole("dialog", { name: "The key Night runs is made" });
    await shown.getByText("You won't see it again").waitFor();
    secret = await shown.getByRole("group", { name: "Secret" }).getByRole("code").innerText();
    expect(secret).toMatch(/^thk_[\w-]{43}$/);
    expect(await client().knock()).toBe(200);
    await picture(page, "organisation-secret");
    await shown.getByRole("button", { name: "Copy secret" }).click();
    await shown.getByRole("button", { name: /^Copied|not allowed/ }).waitFor();
    // neither Escape nor a click beside it loses it
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    await shown.getByText(secret).waitFor();
    await shown.getByRole("button", { name: "I have copied it" }).click();
    await shown.waitFor({ state: "detached" });
    const key = line("Keys", "Night runs");
    await key.getByText("0 of 2 runs").waitFor();
    await key.getByText(`${secret.slice(0, 10)}…`).waitFor();
    await page.reload();
    await key.waitFor();
    expect(await page.content()).not.toContain(secret.slice(10));
    expect(await console.traces()).not.toContain(secret.slice(10));
  });

  test("X-087 a product is added with an alias; what is run with the key appears by itself, and can be saved", async () => {
    const { page } = console;
    await page.getByRole("button", { name: "Add product" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a product" });
    await dialog.getByLabel("Product").click();
    await page.getByRole("option", { name: "quick-report" }).click();
    await dialog.getByLabel("Other names (optional)").fill(`${ALIAS}\n\n AIDP `);
    await dialog.getByRole("button", { name: "Add" }).click();
    await line("Products", "quick-report").getByText(ALIAS).waitFor();
    expect(await client().run(randomUUID(), ALIAS)).toBe(true);
    expect(await client().run(randomUUID(), "AIDP")).toBe(true);
    expect(await client().run(randomUUID(), "AIDP")).toBe(false);
    await line("Keys", "Night runs").getByText("2 of 2 runs").waitFor();
    await line("Keys", "Night runs").getByText("No runs left").waitFor();
    const row = page.getByRole("table", { name: "Usage" }).getByRole("row").filter({ hasText: "Night runs" });
    await row.getByRole("cell", { name: "2", exact: true }).waitFor();
    const saving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download CSV" }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^usage-\d{4}-\d\d-01-\d{4}-\d\d-\d\d\.csv$/);
    expect(
      readFileSync((await saved.path())!, "utf8")
        .trim()
        .split("\r\n"),
    ).toHaveLength(3);
    await page.getByLabel("From").fill("2020-01-01");
    await page.getByText("there may be 366 days at most").waitFor();
    await page.getByLabel("Until").fill("2020-01-31");
    await page.getByText("Nothing was run within these days.").waitFor();
  });

  test("X-065 A-151 an edge hub appears with its first heartbeat, with what its site lets it tell", async () => {
    const { page } = console;
    await page.getByRole("link", { name: "Agents", exact: true }).click();
    await page.getByText("No agents yet").waitFor();
    const { agent_id, sent_at, interval_seconds, runtime } = wholeHeartbeat(randomUUID());
    const sparse = { agent_id, sent_at, interval_seconds, runtime };
    expect(await client().beat(sparse)).toBe(200);
    const card = page.getByRole("listitem", { name: `Agent ${agent_id.slice(0, 8)}` });
    await card.getByText("Health not shared").waitFor();
    for (const what of ["Orders", "CPU, memory and disk", "Services"])
      await card.getByText(`${what}: not shared`).waitFor();
    // its site changes its mind
    await client().beat(wholeHeartbeat(agent_id));
    await card.getByText("Healthy", { exact: true }).waitFor();
    await card.getByText("CPU 42 %").waitFor();
    await card.getByText("1,204", { exact: true }).waitFor();
    await card.getByRole("button", { name: /^2 services/ }).click();
    await card.getByRole("listitem").filter({ hasText: "local-processing" }).getByText("up 1 h").waitFor();
    await card.getByRole("button", { name: /^Rename/ }).click();
    await page.getByLabel("Name", { exact: true }).fill("Basement");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Basement" }).waitFor();
    await page.getByLabel("State").click();
    await page.getByRole("option", { name: "Unhealthy (0)" }).click();
    await page.getByText("No match").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("link", { name: "Clinic North" }).click();
    await page.getByRole("link", { name: "1 agent" }).waitFor();
  });

  test("the key is revoked after its consequence was told, and is refused from then on", async () => {
    const { page } = console;
    await line("Keys", "Night runs").getByRole("button", { name: "Revoke Night runs" }).click();
    const dialog = page.getByRole("dialog", { name: "Revoke the key Night runs?" });
    await dialog.getByText("is refused from the next request on").waitFor();
    await dialog.getByText("cannot be had back").waitFor();
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Show 1 revoked key" }).click();
    await line("Keys", "Night runs").getByText("Revoked", { exact: true }).waitFor();
    expect(
      await line("Keys", "Night runs")
        .getByRole("button", { name: /^Change/ })
        .count(),
    ).toBe(0);
    expect(await client().knock()).toBe(401);
  });

  test("one that was used cannot be deleted; it is suspended, which is seen everywhere, also after the hub was away", async () => {
    const { page } = console;
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const deleting = page.getByRole("dialog", { name: "Delete Clinic North?" });
    await deleting.getByLabel("Type Clinic North to confirm").fill("clinic north");
    await deleting.getByRole("button", { name: "Delete" }).click();
    await deleting.getByRole("alert").filter({ hasText: "so it cannot be deleted" }).waitFor();
    await deleting.getByRole("button", { name: "Back" }).click();
    await page.getByRole("button", { name: "Suspend", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
    await page.getByText("none of its keys works").waitFor();
    await page.getByRole("link", { name: "Organisations" }).click();
    await page.getByRole("table", { name: "Organisations" }).getByText("Suspended").waitFor();
    await page.route("**/api/organisations*", (route) => route.fulfill({ status: 503, body: "" }));
    await page.reload();
    await page.getByText("The organisations could not be read").waitFor();
    await page.unroute("**/api/organisations*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("table", { name: "Organisations" }).getByText("Suspended").waitFor();
    // the browser calls the refused deletion and the broken list an error
    expect(console.errors.filter((text) => !/status of (409|503)/.test(text))).toEqual([]);
    expect(console.foreign).toEqual([]);
  });
});

describe.skipIf(WHY_NOT !== "")(`a hub that is no cloud${WHY_NOT}`, () => {
  test("has neither page in its navigation, and says so to who opens one", async () => {
    const site = await ConsoleSite.open();
    try {
      const { page, ...console } = await opened(site);
      await page.getByRole("link", { name: "Housekeeping" }).waitFor();
      await page.getByText("Version").waitFor();
      expect(await page.getByRole("link", { name: /Organisations|Agents/ }).count()).toBe(0);
      await page.goto("/agents");
      await page.getByText("This hub is no cloud").waitFor();
      await page.getByRole("heading", { name: "Agents" }).waitFor();
      expect(console.errors).toEqual([]);
    } finally {
      await site.close();
    }
  });
});

async function opened(site: ConsoleSite): Promise<ConsolePage> {
  const console = await ConsolePage.open(site.browser, site.port);
  await console.signIn("/housekeeping");
  return console;
}
