// Products in the console: what is installed, another image and back, and the place of an order that waits.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Study } from "../../core/database/entities/study.ts";
import { DockerStub } from "../../plugins/local-processing/runners/testing/docker-stub.ts";
import { PRODUCT_FOLDER } from "../../plugins/local-processing/runners/testing/runner-bench.ts";
import { DICOM_LISTENER } from "../support/hub-in-test.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { excessWidth, picture, violations } from "./page-audit.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const SECOND = `registry.test/contract-product@sha256:${"2".repeat(64)}`;
const OTHER = `registry.test/contract-product@sha256:${"3".repeat(64)}`;

describe.skipIf(WHY_NOT !== "")(`products in the console${WHY_NOT}`, () => {
  let folder: string;
  let stub: DockerStub;
  let site: ConsoleSite;
  let admin: ConsolePage;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "console-products-"));
    const product = join(folder, "products/contract-product");
    cpSync(PRODUCT_FOLDER, product, { recursive: true });
    const described = JSON.parse(readFileSync(join(product, "product.json"), "utf8"));
    stub = new DockerStub({
      registry: new Set([described.image, SECOND, OTHER]),
      describes: new Map([
        [SECOND, JSON.stringify({ ...described, version: "2.0.0" })],
        [OTHER, JSON.stringify({ ...described, id: "lesion-finder" })],
      ]),
    });
    await stub.server.listen(join(folder, "engine.sock"));
    const docker = { host: `unix://${join(folder, "engine.sock")}` };
    const settings = { productFolders: [join(folder, "products")], runner: "docker", docker };
    site = await ConsoleSite.open({
      plugins: [DICOM_LISTENER, { use: "local-processing", settings }],
      route: {
        process: [{ plugin: "local-processing", product: "contract-product", params: { case: "polite" } }],
      },
    });
    admin = await ConsolePage.open(site.browser, site.port);
    await admin.signIn("/housekeeping");
  });
  afterEach(() => {
    expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
  });
  afterAll(async () => {
    await site?.close();
    await stub?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const line = () => admin.page.getByRole("listitem", { name: "Contract product" });
  const dialog = () => admin.page.getByRole("dialog");

  test("products say version and intended use, and why one cannot be ordered here", async () => {
    await line().getByText("intended use: tests only").waitFor();
    await line().getByText("1.0.0").waitFor();
    const bundled = admin.page.getByRole("listitem", { name: "DTI metrics" });
    await bundled.getByText("Cannot be ordered").waitFor();
    await bundled.getByText(/has no image/).waitFor();
  });

  test("X-067 another image is fetched, asked and put in place; a tag is not taken", async () => {
    const { page } = admin;
    await line()
      .getByRole("button", { name: /^Update the image/ })
      .click();
    await dialog().getByLabel("Image, by digest").fill("registry.test/contract-product:latest");
    await dialog()
      .getByText(/a tag may become another image/)
      .waitFor();
    expect(await dialog().getByRole("button", { name: "Update" }).isEnabled()).toBe(false);
    expect(await violations(page)).toEqual([]);
    await picture(page, "product-update");
    await dialog().getByLabel("Image, by digest").fill(SECOND);
    await dialog().getByRole("button", { name: "Update" }).click();
    await line().getByText("Update done").waitFor();
    await line().getByText("2.0.0").waitFor();
  });

  test("X-067 an image of another product changes nothing and says so; the one before comes back", async () => {
    const { page } = admin;
    await line()
      .getByRole("button", { name: /^Update the image/ })
      .click();
    await dialog().getByLabel("Image, by digest").fill(OTHER);
    await dialog().getByRole("button", { name: "Update" }).click();
    await line().getByText("Update failed").waitFor();
    await line()
      .getByText(/it is of the product lesion-finder/)
      .waitFor();
    await picture(page, "products");
    expect(await excessWidth(page)).toBe(0);
    await line()
      .getByRole("button", { name: /^Roll back/ })
      .click();
    await dialog().getByRole("button", { name: "Roll back" }).click();
    await line().getByText("Rollback done").waitFor();
    await line().getByText("1.0.0").waitFor();
  });

  test("A-206 an order that waits for a place tells it, and one that runs how far it is", async () => {
    const { page } = admin;
    const ids: string[] = [];
    for (const seed of [31, 32, 33]) {
      await site.send(seed);
      await expect.poll(() => site.orm.em.fork().count(Study), { timeout: 30_000 }).toBe(ids.length + 1);
      const all = await site.orm.em.fork().findAll(Study);
      ids.push(all.find(({ id }) => !ids.includes(id))!.id);
      const there = async () => (await site.orm.em.fork().findOneOrFail(Study, ids.at(-1)!)).status;
      await expect.poll(there, { timeout: 30_000 }).toMatch(/queued|processing/);
    }
    await page.goto(`/studies/${ids[0]}/summary`);
    await page.getByRole("progressbar", { name: "Progress, on" }).first().waitFor();
    await page.goto(`/studies/${ids[1]}/summary`);
    await page.getByText("The next one in the queue of local-processing, of 2.").first().waitFor();
    await page.goto(`/studies/${ids[2]}/summary`);
    await page.getByText("Number 2 of 2 in the queue of local-processing.").first().waitFor();
    await picture(page, "queue-place");
  });
});
