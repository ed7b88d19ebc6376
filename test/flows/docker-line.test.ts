// A whole line over a Docker engine (a stub that checks every request): order, image update, rollback, cancel.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect } from "../../core/database/database.ts";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { DockerStub } from "../../plugins/local-processing/runners/testing/docker-stub.ts";
import { PRODUCT_FOLDER } from "../../plugins/local-processing/runners/testing/runner-bench.ts";
import { ApiClient } from "../support/api-client.ts";
import {
  ADMIN_PASSWORD,
  DICOM_LISTENER,
  hubInProcess,
  newSite,
  type TestSite,
} from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const PRODUCT = "contract-product";
const SECOND = `registry.test/contract-product@sha256:${"2".repeat(64)}`;

let folder: string;
let stub: DockerStub;
let site: TestSite;
let hub: Hub;
let api: ApiClient;

const description = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, "products", PRODUCT, "product.json"), "utf8"));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "docker-line-"));
  cpSync(PRODUCT_FOLDER, join(folder, "products", PRODUCT), { recursive: true });
  const first = String(description()["image"]);
  const second = JSON.stringify({ ...description(), version: "2.0.0", image: null });
  stub = new DockerStub({ registry: new Set([first, SECOND]), describes: new Map([[SECOND, second]]) });
  await stub.server.listen(join(folder, "engine.sock"));
});
afterEach(async () => {
  await hub?.stop();
  site?.remove();
  await stub.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(one: string): Promise<void> {
  const docker = { host: `unix://${join(folder, "engine.sock")}` };
  const settings = { productFolders: [join(folder, "products")], runner: "docker", docker };
  site = await newSite({
    plugins: [DICOM_LISTENER, { use: "local-processing", settings }],
    route: { process: [{ plugin: "local-processing", product: PRODUCT, params: { case: one } }] },
  });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
}

async function send(seed: number): Promise<string> {
  const { files } = await writeDwiPhantom(join(folder, `study-${seed}`), { seed, slices: 2, matrix: 16 });
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  const before = await api.call<{ data: { id: string }[] }>("GET", "/api/studies");
  await createDicomSender().store(peer, files, AbortSignal.timeout(20_000));
  return onlyStudy(api, new Set(before.body.data.map(({ id }) => id)));
}

interface Listed {
  readonly id: string;
  readonly version: string;
  readonly earlier: string[];
  readonly change: { readonly state: string } | null;
}

const listed = async (): Promise<Listed> => {
  const { body } = await api.call<{ data: Listed[] }>("GET", "/api/products");
  return body.data.find(({ id }) => id === PRODUCT)!;
};
const changed = () =>
  vi.waitFor(async () => {
    const product = await listed();
    if (product.change?.state === "running") throw new Error("its image is being changed");
    return product;
  }, 20_000);

/** `npm run product`, as a person at a terminal uses it. */
const command = (...words: string[]) =>
  new Promise<{ exitCode: number; stdout: string }>((finish) => {
    const script = join(import.meta.dirname, "../../tools/product.ts");
    const env = { PATH: process.env["PATH"], THALAMUS_PASSWORD: ADMIN_PASSWORD };
    const given = [script, ...words, "--hub", `http://127.0.0.1:${hub.http.port}`];
    execFile(process.execPath, given, { env }, (error, stdout) => {
      finish({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout });
    });
  });

test("X-067 an order runs in the image of its product, and the next one in the new image after an update", async () => {
  await start("done");
  const { results } = await studyWhere(api, await send(1), ({ status }) => status === "processed");
  expect(results[0]).toMatchObject({ kind: "diagnostic", product: PRODUCT, productVersion: "1.0.0" });
  const asked = await api.call("POST", `/api/products/${PRODUCT}/image`, { image: SECOND });
  expect(asked.status).toBe(202);
  expect(await changed()).toMatchObject({ version: "2.0.0", change: { state: "done" } });
  expect(description()["image"]).toBe(SECOND);
  expect((await command("list")).stdout).toContain(`contract-product 2.0.0: Contract product (tests-only)`);
  const back = await command("rollback", PRODUCT);
  expect(back).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("contract-product 1.0.0") });
  expect(await listed()).toMatchObject({ version: "1.0.0", earlier: [] });
  const again = await command("rollback", PRODUCT);
  expect(again).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("local-processing.image-first"),
  });
  expect(stub.containers.size).toBe(0);
  const journal = await journalled();
  expect(journal.map(({ event }) => event)).toEqual([
    "product.image-updated",
    "product.image-rolled-back",
    "product.image-change-failed",
  ]);
  expect(journal[0]).toMatchObject({
    actor: "admin",
    detail: { product: PRODUCT, to: { version: "2.0.0" } },
  });
});

test("a study that is cancelled has its container asked to end at once", async () => {
  await start("polite");
  const id = await send(2);
  await studyWhere(api, id, ({ stage }) => stage === "on");
  expect(stub.containers.size).toBe(1);
  await api.call("POST", `/api/studies/${id}/cancel`);
  await vi.waitFor(() => expect(stub.containers.size).toBe(0), 20_000);
  // asked once, and it did not have to be killed
  expect(stub.server.asked.filter((one) => one.endsWith("/kill"))).toHaveLength(1);
});

test("a step folder of a dead hub is gone: what runs for it at the engine is ended at the start", async () => {
  await start("polite");
  await studyWhere(api, await send(3), ({ stage }) => stage === "on");
  const [container] = stub.containers.values();
  // the hub is gone without having ended its product: as kill -9 leaves it
  const left = { ...container!, id: "f".repeat(64), name: "left-behind" };
  left.create.Labels["thalamus.folder"] = join(folder, "gone");
  await hub.stop();
  stub.containers.set(left.id, { ...left, running: undefined });
  hub = await hubInProcess(site);
  await vi.waitFor(() => expect(stub.containers.has(left.id)).toBe(false), 20_000);
  const logs = join(site.folder, "data/logs");
  const log = () => readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
  await vi.waitFor(() => expect(log().join("")).toContain("run.orphan-ended"), 20_000);
});

async function journalled() {
  const orm = await connect(site.databaseUrl);
  const rows = await orm.em
    .fork()
    .execute<{ event: string; actor: string; detail: object }[]>(
      "select event, actor, detail from journal where event like 'product.%' order by id",
    );
  await orm.close();
  return rows;
}
