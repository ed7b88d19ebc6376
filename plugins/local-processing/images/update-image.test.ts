// an image is changed as a whole or not at all, against the stub of a Docker engine.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ImageChange, Permanent, Transient } from "@thalamus/sdk";
import { recordingLog } from "@thalamus/sdk/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listProducts } from "../registry.ts";
import { DockerStub } from "../runners/testing/docker-stub.ts";
import { contractProduct, PRODUCT_FOLDER } from "../runners/testing/runner-bench.ts";
import type { LocalProcessingSettings } from "../settings.ts";
import { replaceDescription } from "./image-history.ts";
import { type ImageParts, rollBackImage, updateImage } from "./update-image.ts";

const FIRST = contractProduct().image!;
const imageOf = (digit: string) => `registry.test/contract-product@sha256:${digit.repeat(64)}`;
const [SECOND, THIRD, FOURTH] = ["2", "3", "4"].map(imageOf) as [string, string, string];
const OTHER = imageOf("a");
const NONSENSE = imageOf("b");
const FOREIGN = imageOf("c");

let folder: string;
let stub: DockerStub;
let parts: ImageParts & { readonly settings: LocalProcessingSettings };
const present = () => join(folder, "products/contract-product/product.json");
const description = () => JSON.parse(readFileSync(present(), "utf8"));
const asked: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "update-image-"));
  cpSync(PRODUCT_FOLDER, join(folder, "products/contract-product"), { recursive: true });
  mkdirSync(join(folder, "own"));
  const said = (changes: object) =>
    JSON.stringify({ ...contractProduct(), image: null, ...changes }, null, 1);
  stub = new DockerStub({
    registry: new Set([FIRST, SECOND, THIRD, FOURTH, OTHER, NONSENSE, FOREIGN]),
    describes: new Map([
      [SECOND, said({ version: "2.0.0" })],
      [THIRD, said({ version: "3.0.0" })],
      [FOURTH, said({ version: "4.0.0" })],
      [OTHER, said({ id: "lesion-finder" })],
      [NONSENSE, "no description"],
      [FOREIGN, said({ contract: "hub.product/9" })],
    ]),
  });
  const socket = join(folder, "engine.sock");
  await stub.server.listen(socket);
  const settings: LocalProcessingSettings = {
    ...{ productFolders: [join(folder, "products")], concurrentRuns: 1, silenceSeconds: 60, attempts: 3 },
    ...{ runner: "docker", process: { isolation: "none" }, enforceLimits: true, keepImages: 2 },
    docker: { host: `unix://${socket}` },
    kubernetes: { volumeFolder: "/data", startSeconds: 1 },
  };
  parts = { settings, log: recordingLog(), own: { path: join(folder, "own") } };
  asked.length = 0;
});
afterEach(async () => {
  await stub.close();
  await rm(folder, { recursive: true, force: true });
});

const update = (image: string, changes: object = {}): Promise<ImageChange> => {
  const order = {
    product: "contract-product",
    image,
    progress: (_: number, stage: string) => asked.push(stage),
  };
  return updateImage({ ...order, ...changes }, parts, new AbortController().signal);
};

test("X-067 a new image is fetched beside the old one, asked what it is, and put in place", async () => {
  const change = await update(SECOND);
  expect(change).toEqual({
    from: { version: "1.0.0", image: FIRST },
    to: { version: "2.0.0", image: SECOND },
    removed: [],
  });
  expect(description()).toMatchObject({
    image: SECOND,
    version: "2.0.0",
    summary: contractProduct().summary,
  });
  expect(asked).toEqual(expect.arrayContaining(["pull 100 percent", "put in place"]));
  const [listed] = await listProducts(parts.settings);
  expect(listed).toMatchObject({ image: SECOND, earlier: [FIRST], changeable: true });
  expect(stub.containers.size).toBe(0);
});

test("X-067 a rollback brings the one before back, and there is an end to that", async () => {
  await update(SECOND);
  await update(THIRD);
  expect(await rollBackImage("contract-product", parts)).toMatchObject({ to: { image: SECOND } });
  expect(await rollBackImage("contract-product", parts)).toMatchObject({
    to: { version: "1.0.0", image: FIRST },
  });
  await expect(rollBackImage("contract-product", parts)).rejects.toMatchObject({
    code: "local-processing.image-first",
  });
  expect(description().image).toBe(FIRST);
});

test("X-067 old images stay as long as a rollback may want them, and are removed then", async () => {
  stub.pulled.add(FIRST);
  await update(SECOND);
  await update(THIRD);
  expect([...stub.pulled]).toEqual([FIRST, SECOND, THIRD]);
  expect((await update(FOURTH)).removed).toEqual([FIRST]);
  expect([...stub.pulled]).toEqual([SECOND, THIRD, FOURTH]);
});

test.each([
  ["of another product", OTHER, "local-processing.image-refused"],
  ["that says nothing sensible", NONSENSE, "local-processing.image-refused"],
  ["of another contract", FOREIGN, "local-processing.image-refused"],
  ["that the registry does not have", imageOf("f"), "local-processing.image-refused"],
  ["named by a tag", "registry.test/contract-product:latest", "local-processing.image-name"],
  ["that is in place", FIRST, "local-processing.image-same"],
])("X-067 an image %s changes nothing", async (_, image, code) => {
  const before = readFileSync(present(), "utf8");
  await expect(update(image)).rejects.toMatchObject({ code, constructor: Permanent });
  expect(readFileSync(present(), "utf8")).toBe(before);
  expect(existsSync(`${present()}.1`)).toBe(false);
});

test("X-067 an engine that is away changes nothing, and it may be tried again", async () => {
  await stub.server.close();
  await expect(update(SECOND)).rejects.toThrow(Transient);
  expect(description().image).toBe(FIRST);
});

test("X-067 an update that is cut off is whole or not there: what it left behind is not taken for a version", async () => {
  // as if the hub had died after the copy of the old one and before the last rename
  writeFileSync(`${present()}.1`, readFileSync(present()));
  writeFileSync(`${present()}.new`, '{"half": ');
  expect(description().image).toBe(FIRST);
  await update(SECOND);
  const [listed] = await listProducts(parts.settings);
  expect(listed?.earlier).toEqual([FIRST]);
});

test("a product in a folder that cannot be written to stays as it is", async () => {
  await expect(replaceDescription(join(folder, "nowhere"), "{}", 2)).rejects.toThrow("ENOENT");
  const bundled = { ...parts, settings: { ...parts.settings, productFolders: [] } };
  const order = { product: "contract-product", image: SECOND, progress: () => undefined };
  const signal = new AbortController().signal;
  await expect(updateImage(order, bundled, signal)).rejects.toMatchObject({
    code: "local-processing.unknown-product",
  });
});

test("an image of another contract is fetched and started, and gets the version that a person gives it", async () => {
  const adapted = { ...description(), adapter: { contract: "mercure" } };
  writeFileSync(present(), JSON.stringify(adapted));
  const change = await update(SECOND, { version: "2026.1" });
  expect(change.to).toEqual({ version: "2026.1", image: SECOND });
  expect(description()).toMatchObject({ adapter: { contract: "mercure" }, id: "contract-product" });
});

test("a hub that runs processes changes no images", async () => {
  const here = { ...parts, settings: { ...parts.settings, runner: "process" as const } };
  await expect(rollBackImage("contract-product", here)).rejects.toMatchObject({
    code: "local-processing.cannot-run",
  });
});
