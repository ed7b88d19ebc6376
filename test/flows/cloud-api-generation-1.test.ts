// The public client libraries' line on a real hub, each in its dialect: from connecting to the results of the product.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type DwiPhantom, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Dialect, JAVA, JAVASCRIPT, PYTHON } from "../../plugins/cloud-api/testing/dialects.ts";
import { zipOf } from "../support/archives.ts";
import { ALIAS, CloudApiSite, until, urlOf } from "../support/cloud-api-site.ts";
import { hubInProcess } from "../support/hub-in-test.ts";
import { startMailServer, type TestMailServer } from "../support/mail-server.ts";
import { smallFile } from "../support/small-dicom.ts";

interface Status {
  readonly finished: boolean;
  readonly failed: boolean;
  readonly progress: number;
  readonly info: string;
}

const folder = mkdtempSync(join(tmpdir(), "thalamus-cloud-api-"));
let cloud: CloudApiSite;
let mails: TestMailServer;
/** Large enough for the bundled product. */
let head: DwiPhantom;
/** Just enough for the checks. */
let small: DwiPhantom;

beforeAll(async () => {
  mails = await startMailServer();
  const mail = { host: "127.0.0.1", port: mails.port, security: "none", from: "cloud@hospital.example" };
  cloud = await CloudApiSite.open({ mail }, { route: { check: ["qc-dicom"] } });
  head = await writeDwiPhantom(join(folder, "head"), { matrix: 64, slices: 16, directions: 8 });
  small = await writeDwiPhantom(join(folder, "small"), { matrix: 16, slices: 2, directions: 6 });
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  await mails[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const today = (): string => {
  const now = new Date();
  return `${now.getUTCMonth() + 1}/${now.getUTCDate()}/${now.getUTCFullYear()}`;
};

/** The study in two archives, as a library cuts it. */
function archivesOf({ files }: DwiPhantom): Promise<Buffer[]> {
  const packed = files.map((path) => ({ path: basename(path), bytes: readFileSync(path) }));
  return Promise.all([zipOf(packed.slice(0, 10)), zipOf(packed.slice(10))]);
}

/** What a client of this library sees, from the first call to the last. */
async function wholeLine(dialect: Dialect, productName: string, phantom: DwiPhantom) {
  const client = await cloud.generationOne(await cloud.key(), dialect);
  const orderId = await client.newJob();
  await client.upload(orderId, await archivesOf(phantom));
  const quality = () => client.json<{ Status: string }[]>("qcCheck", { orderId, format: "json" });
  const rows = await until(
    () => quality().catch((error: Error) => error.message),
    (answer) => answer !== "QC in progress.",
  );
  const run = await client.raw("runJob", client.encrypted(JSON.stringify({ orderId, productName })));
  const status = await until(
    () => client.json<Status>("checkStatus", { orderId }),
    ({ finished, failed }) => finished || failed,
  );
  expect(rows).toHaveProperty([11, "Status"], "PASS");
  expect(rows).toHaveProperty([1, "Check"], "DTI/DWI detection");
  expect(run.status).toBe(202);
  expect(status).toMatchObject({ finished: true, failed: false, progress: 100, info: "Finished" });
  const results = (format: string) => client.call("getResults", { orderId, format });
  const usage = await client.json("getReport", { format: "json", startDate: today(), endDate: today() });
  const [txt = "", xml = "", json = "", features = ""] = (
    await Promise.all(["txt", "xml", "json", "features"].map(results))
  ).map(String);
  return { orderId, txt, xml, json: JSON.parse(json) as object, features, usage, png: () => results("png") };
}

describe("the whole line", () => {
  test.each([PYTHON, JAVASCRIPT])(
    "in $name, with a product that makes no files of these formats",
    async (dialect) => {
      const { orderId, usage, png, ...line } = await wholeLine(dialect, "quick", small);
      expect(line.json).toEqual({
        ...{ orderID: orderId, date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), input: "14 files" },
        ...{ analysis: "quick", mlVersion: "1.0.0", results: { images: { value: 14, unit: "1" } } },
      });
      expect(line.txt).toContain("images: 14 1");
      expect(line.xml).toContain('<result name="images" value="14" unit="1"/>');
      expect(line.features).toBe(`Subject,images\r\n${orderId},14\r\n`);
      await expect(png()).rejects.toThrow("Results are not available in this format.");
      expect(usage).toMatchObject({
        totalUsages: 1,
        apiKeys: [{ orders: [{ orderId, product: "quick-report" }] }],
      });
    },
  );

  test("in Java, with the bundled product, which makes them all", { timeout: 180_000 }, async () => {
    const { orderId, usage, png, ...line } = await wholeLine(JAVA, ALIAS, head);
    expect(line.txt).toContain("FA");
    expect(line.xml).toMatch(/^<\?xml/);
    expect(line.features).toMatch(/^Subject,/);
    expect((await png()).subarray(1, 4).toString("latin1")).toBe("PNG");
    const input = `${head.files.length} files`;
    expect(line.json).toMatchObject({ orderID: orderId, input, analysis: ALIAS, mlVersion: "0.2.0" });
    expect(Object.keys((line.json as { results: object }).results).length).toBeGreaterThan(3);
    expect(usage).toMatchObject({
      totalUsages: 1,
      apiKeys: [{ orders: [{ orderId, product: "dti-metrics" }] }],
    });
  });

  test("leaves nothing of the patient, of keys or of addresses in the log", () => {
    const log = readFileSync(join(cloud.site.folder, "data/logs/hub.log"), "utf8");
    expect(log).toContain("request.ended");
    const canaries = [...head.truth.canaries, head.studyInstanceUid, "thk_", "/parts/"];
    expect(canaries.filter((canary) => log.includes(canary))).toEqual([]);
  });
});

test("data that is no archive fails the quality check and the order, in the clients' words", async () => {
  const client = await cloud.generationOne(await cloud.key());
  const orderId = await client.newJob();
  await client.upload(orderId, [Buffer.from("this is no archive at all")]);
  const text = await until(
    () => client.text("qcCheck", { orderId, format: "txt" }).catch((error: Error) => error.message),
    (answer) => answer !== "QC in progress.",
  );
  expect(text).toBe("QC FAILED ERR_UNZIP_FAILED\n");
  const status = await client.json<Status>("checkStatus", { orderId });
  expect(status).toMatchObject({ finished: false, failed: true });
  expect(await client.text("getResults", { orderId, format: "txt" })).toContain("not processed");
});

test("data that the checks refuse fails the quality check and the order, and has a failure report", async () => {
  const client = await cloud.generationOne(await cloud.key());
  const orderId = await client.newJob();
  await client.upload(orderId, [await zipOf([{ path: "1.dcm", bytes: smallFile("refused", 1) }])]);
  const rows = await until(
    () => client.json<{ Status: string }[]>("qcCheck", { orderId, format: "json" }).catch(() => []),
    ({ length }) => length > 0,
  );
  expect(rows).toHaveProperty([11, "Status"], "FAIL");
  expect(rows).toHaveProperty(
    [0],
    expect.objectContaining({ Status: "FAIL", Found: expect.stringContaining("1") }),
  );
  await client.call("runJob", { orderId, productName: "quick" });
  const status = await until(
    () => client.json<Status>("checkStatus", { orderId }),
    ({ failed }) => failed,
  );
  expect(status.finished).toBe(false);
  expect(await client.text("getResults", { orderId, format: "txt" })).toContain("Checks that failed");
  expect((await client.call("getResults", { orderId, format: "png" })).subarray(1, 4).toString()).toBe("PNG");
});

test("a quota that is used up, and a product that the organisation may not order, are told in the clients' words", async () => {
  const client = await cloud.generationOne(await cloud.key({ quota: 1 }), JAVA);
  const archive = await zipOf([{ path: "1.dcm", bytes: smallFile("quota", 1) }]);
  const [first, second] = [await client.newJob(), await client.newJob()];
  await client.upload(first, [archive]);
  const run = (orderId: string, productName = "quick") => client.call("runJob", { orderId, productName });
  await expect(run(first, "not_real")).rejects.toThrow("Product not found.");
  await run(first);
  // once more, because the answer was lost
  await run(first);
  await expect(run(second)).rejects.toThrow("No API key usages remaining.");
  await expect(run("not_real")).rejects.toThrow("No API key usages remaining.");
});

test("X-087 the usage report goes to the admins of the organisation by mail", async () => {
  const key = await cloud.key();
  await cloud.key({ beside: key, admin: "admin@hospital.example" });
  const client = await cloud.generationOne(key);
  const wanted = { format: "email", startDate: today(), endDate: today() };
  expect(await client.text("getReport", wanted)).toBe("Email sent successfully to admin@hospital.example.");
  expect(mails.received).toMatchObject([{ to: ["admin@hospital.example"] }]);
  expect(mails.received[0]?.raw).toContain("Total usages: 0");
});

test("a connection is known to another hub, and ends with its key", async () => {
  const key = await cloud.key();
  const client = await cloud.generationOne(key);
  const other = await hubInProcess(cloud.site);
  try {
    const there = await cloud.generationOne(key, JAVA, urlOf(other));
    // the other hub has the same server key, and finds the connection that was begun here
    const key1 = await (await fetch(`${cloud.url}/api/getPubKey`)).text();
    expect(await (await fetch(`${urlOf(other)}/api/getPubKey`)).text()).toBe(key1);
    const headers = { "Connection-Id": client.connectionId };
    expect((await fetch(`${urlOf(other)}/api/newJob`, { headers })).status).toBe(201);
    await cloud.revoke(key);
    await expect(client.newJob()).rejects.toThrow("API key not found.");
    await expect(there.newJob()).rejects.toThrow("API key not found.");
  } finally {
    await other.stop();
  }
});
