// Clouds in the console: test and token, why orders wait, the heartbeat word for word, and what others ordered.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ExternalOrder } from "../../core/database/entities/cloud.ts";
import { HostileCloud } from "../../plugins/cloud-upload/testing/hostile-cloud.ts";
import { edgeLine } from "../support/edge-site.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { excessWidth, picture, violations } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const NOBODY = 1;

describe.skipIf(WHY_NOT !== "")(`clouds in the console${WHY_NOT}`, () => {
  let cloud: HostileCloud;
  let site: ConsoleSite;
  let admin: ConsolePage;

  beforeAll(async () => {
    cloud = await HostileCloud.start();
    const heartbeat = { enabled: true, minutes: 5, machine: false, orders: true, health: true };
    const settings = { showExternalOrders: true, heartbeat };
    site = await ConsoleSite.open(edgeLine({ cloudUrl: cloud.url, cloud: settings, pacsPort: NOBODY }));
    await site.plant(async (em) => {
      for (const [product, batch, kind] of [
        ["AIDP", "Trial 7", "diagnostic"],
        ["AIDD", null, "failure"],
      ] as const) {
        em.create(ExternalOrder, {
          ...{ id: randomUUID(), target: "cloud", remoteId: randomUUID(), kind, product, batch },
          ...{ reportTypes: ["pdf", "json"], createdAt: new Date(), updatedAt: new Date() },
        });
      }
    });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn();
  });
  afterEach(() => {
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
  });
  afterAll(async () => {
    await site?.close();
    await cloud?.[Symbol.asyncDispose]();
  });

  const looksGood = async (name: string) => {
    await picture(admin.page, name);
    expect(await violations(admin.page)).toEqual([]);
    expect(await excessWidth(admin.page)).toBe(0);
  };

  test("A-110 a cloud is tested, its token refreshed, and a wrong password told", async () => {
    const { page } = admin;
    await page.goto("/deliveries/clouds");
    await page.getByRole("button", { name: "Test cloud" }).click();
    const probe = page.getByRole("dialog", { name: "Test of cloud" });
    await probe.getByText("It works").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Refresh Token: cloud" }).click();
    await page.getByText(/gave a token for \d+ min/).waitFor();
    cloud.secret = "changed";
    await page.getByRole("button", { name: "Refresh Token: cloud" }).click();
    await page.getByRole("alert").getByText("The cloud answered 401").first().waitFor();
    await looksGood("clouds");
  });

  test("orders that wait say why", async () => {
    const { page } = admin;
    cloud.token = "forgotten";
    await site.send(1);
    await page.getByText("One order waits").waitFor({ timeout: 40_000 });
    await page.getByRole("listitem", { name: "cloud" }).getByText("cloud-upload.sign-in").waitFor();
    cloud.secret = "s3cret";
  });

  test("A-151 the heartbeat stands on the page of the system, word for word, and nothing more than is allowed", async () => {
    const { page } = admin;
    await page.goto("/system");
    const card = page.getByRole("region", { name: "Heartbeat to cloud" });
    const text = await card.getByLabel("Content of the heartbeat to cloud").textContent();
    const content = JSON.parse(text ?? "") as object;
    expect(Object.keys(content).toSorted()).toEqual(
      ["agent_id", "health", "interval_seconds", "orders", "runtime", "sent_at"].toSorted(),
    );
    await card.getByText("Not sent yet").waitFor();
    await looksGood("heartbeat");
  });

  test("A-115 X-054 orders of others stand under the results, with their groups and reports", async () => {
    const { page } = admin;
    await page.goto("/results");
    const external = page.getByRole("region", { name: "External orders" });
    await external.getByRole("region", { name: "Trial 7" }).getByText("AIDP").waitFor();
    await external.getByRole("region", { name: "Without a group" }).getByText("AIDD").waitFor();
    expect(await external.getByText("External", { exact: true }).count()).toBe(2);
    expect(await external.getByRole("link", { name: /as pdf$/ }).count()).toBe(2);
    await looksGood("external-orders");
  });
});
