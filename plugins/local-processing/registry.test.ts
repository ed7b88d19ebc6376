// Which products are listed, which may be ordered, and why others may not.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findProducts } from "./find-product.ts";
import { listProducts } from "./registry.ts";
import { PROBE } from "./testing/product-program.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "registry-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function install(id: string, changes: object): Promise<void> {
  await mkdir(join(folder, id));
  await writeFile(join(folder, id, "product.json"), JSON.stringify({ ...PROBE, id, ...changes }));
}

const list = (changes: object = {}) =>
  listProducts({ productFolders: [folder], runner: "process", ...changes });
const IMAGE = `registry.test/a@sha256:${"0".repeat(64)}`;

test("a product is listed with what it says of itself", async () => {
  await install("full", { summary: "Does all", intendedUse: "research-only", license: "MIT", image: IMAGE });
  const [full] = await list();
  expect(full).toEqual({
    ...{ id: "full", version: "1.2.3", name: "Probe", summary: "Does all", intendedUse: "research-only" },
    ...{ license: "MIT", image: IMAGE, changeable: false },
  });
});

test("the products that come with the hub are listed after those of the site", async () => {
  await install("own", {});
  expect((await list()).map(({ id }) => id)).toEqual(["own", "dti-metrics"]);
});

test("what the site is not entitled to is listed with that", async () => {
  await install("own", {});
  const problems = (await list({ entitledProducts: ["dti-metrics"] })).map(({ problem }) => problem);
  expect(problems).toEqual(["It is not among this site's entitled products.", undefined]);
});

test("what the runner cannot run is listed with that", async () => {
  await install("image-only", { command: undefined, image: IMAGE });
  await install("program-only", {});
  const problems = async (runner: string) =>
    (await list({ runner })).slice(0, 2).map(({ problem }) => problem !== undefined);
  expect(await problems("process")).toEqual([true, false]);
  expect(await problems("docker")).toEqual([false, true]);
});

test.each([
  ["with an image named by a tag", { image: "registry.test/a:latest" }, "not named by digest"],
  ["that wants a network", { network: "host" }, "products get none"],
  ["without program and image", { command: undefined }, "neither a command nor an image"],
  ["of another contract", { contract: "hub.product/2" }, "/contract"],
  ["for an adapter that is not there", { adapter: { contract: "xnat" } }, "/adapter/contract"],
])("a product %s is refused, and it is said why", async (_, changes, problem) => {
  await install("broken", changes);
  const { products, refused } = await findProducts([folder]);
  expect(products.map(({ id }) => id)).toEqual(["dti-metrics"]);
  expect(refused[0]?.problem).toContain(problem);
});
