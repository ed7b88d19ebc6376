// A sender chooses the products of a study in a private element, wherever its block lies.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../core/config/config-problem.ts";
import type { Hub } from "../../core/hub.ts";
import { dcmtk, hasDcmtk, NEEDS_DCMTK } from "../../plugins/dicom-scp/testing/dcmtk.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-product-tag-"));
const products = join(folder, "products");
const SECRET = "CANARYVALUE";
let site: TestSite;
let hub: Hub;
let api: ApiClient;

/** The quick product once more, under another name. */
function installProduct(id: string): void {
  const home = join(products, id);
  mkdirSync(products, { recursive: true });
  cpSync(resolve(import.meta.dirname, "../support/products/quick-report"), home, { recursive: true });
  for (const name of ["product.json", "main.mjs"]) {
    const text = readFileSync(join(home, name), "utf8");
    writeFileSync(join(home, name), text.replaceAll('"quick-report"', JSON.stringify(id)));
  }
}

const configWith = (values: Record<string, string[]>) => ({
  plugins: [
    { ...DICOM_LISTENER, settings: { ...DICOM_LISTENER.settings, checkCalledAe: false } },
    { use: "local-processing", settings: { productFolders: [products] } },
  ],
  route: {
    process: [{ plugin: "local-processing", product: "quick-report", params: {} }],
    productTag: { tag: "00B1,xx10", privateCreator: "ACME ROUTING", values },
  },
});

beforeAll(async () => {
  for (const id of ["quick-report", "spine-report", "brain-report"]) installProduct(id);
  site = await newSite(configWith({ NEURO: ["brain-report", "quick-report"] }));
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

let studies = 0;
const newStudy = (): string => `1.2.826.0.1.3680043.10.999.8.${++studies}`;

/** An MR image of 2 by 2 pixels, made by dcmtk from text; the private lines go before the pixels. */
function image(study: string, number: number, privateLines: readonly string[]): string {
  const base = join(folder, `${study}.${number}`);
  const lines = [
    "(0008,0016) UI [1.2.840.10008.5.1.4.1.1.4]",
    `(0008,0018) UI [${study}.${number}]`,
    "(0008,0060) CS [MR]",
    "(0010,0020) LO [CANARY-PID]",
    `(0020,000d) UI [${study}]`,
    `(0020,000e) UI [${study}.0]`,
    "(0028,0002) US 1",
    "(0028,0004) CS [MONOCHROME2]",
    "(0028,0010) US 2",
    "(0028,0011) US 2",
    "(0028,0100) US 16",
    "(0028,0101) US 16",
    "(0028,0102) US 15",
    "(0028,0103) US 0",
    ...privateLines,
    "(7fe0,0010) OW 1\\2\\3\\4",
  ];
  writeFileSync(`${base}.txt`, `${lines.join("\n")}\n`);
  execFileSync("dump2dcm", ["-q", "+te", `${base}.txt`, `${base}.dcm`]);
  return `${base}.dcm`;
}

const inBlock = (block: string, value: string): string[] => [
  `(00b1,00${block}) LO [ACME ROUTING]`,
  `(00b1,${block}10) LO [${value}]`,
];

/** Sends a study and waits until it is through. */
async function sent(files: readonly string[], ...options: string[]) {
  const { body } = await api.call<{ data: { id: string }[] }>("GET", "/api/studies?perPage=500");
  const before = new Set(body.data.map(({ id }) => id));
  await dcmtk("storescu", hub.listeners.get("dicom-scp")!.port, ...options, ...files);
  const id = await onlyStudy(api, before);
  const { orders, timeline } = await studyWhere(api, id, ({ status }) => status === "processed");
  return {
    products: orders.map(({ product }) => product).sort(),
    events: timeline.filter(({ event }) => event.startsWith("study.product")),
  };
}

describe.skipIf(!hasDcmtk)(`the element of route.productTag${NEEDS_DCMTK}`, () => {
  test("A-139 A-140 in block 10 its value stands for two products", async () => {
    const study = newStudy();
    const files = [1, 2, 3].map((number) => image(study, number, inBlock("10", "NEURO")));
    const { products, events } = await sent(files);
    expect(products).toEqual(["brain-report", "quick-report"]);
    expect(events).toMatchObject([
      { event: "study.products-chosen", detail: { products: ["brain-report", "quick-report"] } },
    ]);
  });

  test.each([
    ["implicit little endian", "-xi"],
    ["explicit big endian", "-xb"],
    ["deflated", "-xd"],
  ])("A-139 in block 23, behind that of another creator, it names a product: %s", async (_name, option) => {
    const other = ["(00b1,0010) LO [OTHER]", "(00b1,0023) LO [ACME ROUTING]", "(00b1,1010) LO [NEURO]"];
    const lines = [...other, "(00b1,2310) LO [SPINE-REPORT]"];
    const { products } = await sent([image(newStudy(), 1, lines)], option);
    expect(products).toEqual(["spine-report"]);
  });

  test("A-140 without it the default list is run", async () => {
    const { products, events } = await sent([image(newStudy(), 1, [])]);
    expect([products, events]).toEqual([["quick-report"], []]);
  });

  test("A-140 a value nobody knows is told once, without the value, and the default list is run", async () => {
    const study = newStudy();
    const files = [1, 2].map((number) => image(study, number, inBlock("10", SECRET)));
    const { products, events } = await sent(files);
    expect(products).toEqual(["quick-report"]);
    expect(events).toMatchObject([
      { event: "study.product-unknown", detail: { code: "intake.unknown-product" } },
    ]);
    expect(readFileSync(join(site.folder, "data/logs/hub.log"), "utf8")).not.toContain(SECRET);
  });

  test("A-140 where instances disagree the first one counts, and that is told once", async () => {
    const study = newStudy();
    const values = ["spine-report", "NEURO", "brain-report"];
    const files = values.map((value, number) => image(study, number + 1, inBlock("10", value)));
    const { products, events } = await sent(files);
    expect(products).toEqual(["spine-report"]);
    expect(events.map(({ event }) => event)).toEqual(["study.products-chosen", "study.products-differ"]);
  });
});

test("A-140 a mapping to a product that nothing here runs stops the start, with its path", async () => {
  const wrong = await newSite(configWith({ NEURO: ["quick-report", "qick-report"] }));
  const problem = await hubInProcess(wrong).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ConfigError);
  expect((problem as ConfigError).problems).toMatchObject([
    { path: "route.productTag.values.NEURO[1]", message: expect.stringContaining("spine-report") },
  ]);
  wrong.remove();
});
