// Objects that are cut, lie or are no DICOM, a disk without room, and products that misbehave.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-bad-"));
const sender = createDicomSender();
let good: string;

beforeAll(async () => {
  const { files } = await writeDwiPhantom(join(folder, "study"), { slices: 1, directions: 6, matrix: 16 });
  good = files[0]!;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

const send = async (hub: Hub, files: readonly string[]): Promise<number[]> => {
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  const answers = await sender.store(peer, files, AbortSignal.timeout(30_000));
  return answers.map(({ status }) => status);
};

describe("an object that is not what it says", () => {
  let site: TestSite;
  let hub: Hub;
  beforeAll(async () => {
    site = await newSite();
    hub = await hubInProcess(site);
  });
  afterAll(async () => {
    await hub.stop();
    site.remove();
  });

  test("is refused with its status while the association goes on, and leaves nothing", async () => {
    const bytes = readFileSync(good);
    const cut = write("cut.dcm", bytes.subarray(0, bytes.length - 40));
    // the command names the UID of the file meta information, the data set keeps its own
    const at = bytes.indexOf("2.25.");
    const lying = Buffer.from(bytes);
    lying[at + 6] = lying[at + 6] === 0x31 ? 0x32 : 0x31;
    const liar = write("liar.dcm", lying);
    const head = bytes.indexOf(Buffer.from([0x08, 0x00]), 132 + 100);
    const noise = write("noise.dcm", Buffer.concat([bytes.subarray(0, head), Buffer.alloc(5000, 0xa5)]));
    expect(await send(hub, [cut, liar, noise, good])).toEqual([0xc000, 0xa900, 0xc000, 0]);
    const files = readdirSync(join(site.folder, "data/files"), { recursive: true, withFileTypes: true });
    expect(files.filter(({ name }) => /\.(dcm|part)$/.test(name))).toHaveLength(1);
    const api = await ApiClient.signedIn(hub.http.port);
    const { study } = await studyWhere(api, await onlyStudy(api), ({ status }) => status === "processed");
    expect(study.instanceCount).toBe(1);
  });
});

test("a disk without room is told with 0xA700, and nothing is kept", async () => {
  const site = await newSite({ intake: { keepFreeMegabytes: 1_000_000_000 } });
  const hub = await hubInProcess(site);
  expect(await send(hub, [good])).toEqual([0xa700]);
  const files = readdirSync(join(site.folder, "data/files"), { recursive: true, withFileTypes: true });
  expect(files.filter((entry) => entry.isFile())).toEqual([]);
  await hub.stop();
  site.remove();
});

describe("a product that misbehaves ends in a failed order with a failure report:", () => {
  const PROGRAMS = {
    crashes: "process.kill(process.pid, 'SIGSEGV');",
    hangs: "setInterval(() => {}, 1000);",
    "writes nothing": "process.exit(0);",
    "writes a bad result.json":
      "import { writeFileSync } from 'node:fs'; const out = process.argv[process.argv.indexOf('--out') + 1];" +
      "writeFileSync(out + '/result.json', '{ \"contract\": 7 }');",
  };

  test.each(Object.entries(PROGRAMS))("one that %s", async (_title, program) => {
    const products = mkdtempSync(join(folder, "products-"));
    const home = join(products, "wild");
    mkdirSync(home);
    const quick = JSON.parse(
      readFileSync("test/support/products/quick-report/product.json", "utf8"),
    ) as object;
    writeFileSync(join(home, "product.json"), JSON.stringify({ ...quick, id: "wild" }));
    writeFileSync(join(home, "main.mjs"), program);
    const pacs = await startTestPacs();
    const line = wholeLine({ pacsPort: pacs.port });
    const processing = { productFolders: [products], silenceSeconds: 1, attempts: 1 };
    const plugins = line.plugins!.map((entry) =>
      "use" in entry && entry.use === "local-processing" ? { ...entry, settings: processing } : entry,
    );
    const route = { ...line.route, process: [{ plugin: "local-processing", product: "wild" }] };
    const site = await newSite({ plugins, route });
    const hub = await hubInProcess(site);
    expect(await send(hub, [good])).toEqual([0]);
    const api = await ApiClient.signedIn(hub.http.port);
    const settled = ({ status }: { status: string }) => status === "failed";
    const { results, orders } = await studyWhere(api, await onlyStudy(api), settled);
    expect(orders.map(({ status }) => status)).toEqual(["failed"]);
    expect(results[0]).toMatchObject({
      kind: "failure",
      error: { code: expect.stringMatching(/^local-processing\./) },
    });
    const names = results[0]!.artifacts.map(({ name }) => name).sort();
    expect(names).toEqual(["data", "preview", "report", "summary"]);
    const report = await api.fetch(`/api/reports?resultId=${results[0]!.id}`);
    expect(Buffer.from(await report.arrayBuffer()).toString("latin1", 0, 5)).toBe("%PDF-");
    await hub.stop();
    await pacs.stop();
    site.remove();
  });
});
