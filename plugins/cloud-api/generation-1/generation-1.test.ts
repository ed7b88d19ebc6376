// Generation 1 as its public client libraries speak it, each in its dialect, against a desk in memory.
import { DeskRefusal } from "@thalamus/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DIALECTS, PYTHON } from "../testing/dialects.ts";
import { GenerationOneClient } from "../testing/generation-1-client.ts";
import { memoryKey } from "../testing/memory-access.ts";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";
import { CALLS } from "./generation-1.ts";
import { SAMPLE_PNG } from "./sample-order.ts";

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NOBODY = "4f9b1f6e-0000-4000-8000-000000000000";
const [mine, theirs, reader] = [memoryKey("1"), memoryKey("2"), memoryKey("3", ["orders:read"])];
let cloud: ServedCloud;
beforeAll(async () => {
  const settings = { signInsPerMinute: 1000, requestsPerMinute: 10_000 };
  cloud = await servedCloud({ keys: [mine, theirs, reader], settings });
});
afterAll(() => cloud.stop());

async function connected(dialect = PYTHON, apiKey = mine.secret): Promise<GenerationOneClient> {
  const client = new GenerationOneClient({ url: cloud.url, apiKey, dialect });
  await client.connect();
  return client;
}

describe.each(DIALECTS)("the $name library", (dialect) => {
  test("connects, orders, uploads two archives, checks, runs, waits and fetches", async () => {
    const client = await connected(dialect);
    expect(client.connectionId).toMatch(UUID4);
    const orderId = await client.newJob();
    expect(orderId).toMatch(UUID4);
    expect(await client.json("checkStatus", { orderId })).toEqual({
      ...{ started: false, finished: false, failed: false },
      ...{ progress: 0, info: "" },
    });
    await client.upload(orderId, [Buffer.from("first archive"), Buffer.alloc(200_000, 7)]);
    const rows = await client.json<{ Status: string }[]>("qcCheck", { orderId, format: "json" });
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(rows[11]).toMatchObject({ Status: "PASS" });
    const run = await client.raw(
      "runJob",
      client.encrypted(JSON.stringify({ orderId, productName: "A/B-v1" })),
    );
    expect(run.status).toBe(202);
    expect(await client.json("checkStatus", { orderId })).toMatchObject({ started: true, progress: 2 });
    cloud.desk.finish(orderId, "diagnostic", { summary: "text", preview: Buffer.from([0, 255, 254]) });
    expect(await client.json("checkStatus", { orderId })).toEqual({
      ...{ started: true, finished: true, failed: false },
      ...{ progress: 100, info: "Finished" },
    });
    expect(await client.text("getResults", { orderId, format: "txt" })).toBe("text");
    expect(await client.call("getResults", { orderId, format: "png" })).toEqual(Buffer.from([0, 255, 254]));
    expect(await client.json("getResults", { orderId, format: "json" })).toEqual({
      ...{ orderID: orderId, date: "2026-02-03", input: "48 files" },
      ...{ analysis: "A/B-v1", mlVersion: "0.1.0" },
      results: { "FA <brain>": { value: 0.25, unit: "1" } },
    });
    expect(await client.text("getResults", { orderId, format: "xml" })).toContain('name="FA &lt;brain&gt;"');
    expect(await client.text("getResults", { orderId, format: "features" })).toBe(
      `Subject,FA <brain>\r\n${orderId},0.25\r\n`,
    );
  });
});

test("a run that comes while the data is being taken in is tried again", async () => {
  const client = await connected();
  const orderId = await client.newJob();
  await client.upload(orderId, [Buffer.from("archive")]);
  const { run } = cloud.desk;
  let asked = 0;
  cloud.desk.run = (...given) => {
    asked += 1;
    return asked < 3 ? Promise.reject(new DeskRefusal("desk.busy", "In use.")) : run(...given);
  };
  await client.call("runJob", { orderId, productName: "P" });
  cloud.desk.run = run;
  expect(asked).toBe(3);
});

test("parts arrive as they are sent, one for each archive", async () => {
  const client = await connected();
  const before = cloud.desk.parts.size;
  await client.upload(await client.newJob(), [Buffer.from("PK first"), Buffer.from("PK second")]);
  expect([...cloud.desk.parts.values()].slice(before).map(String)).toEqual(["PK first", "PK second"]);
});

describe("the order TEST", () => {
  test("is always finished and has results in every format", async () => {
    const client = await connected();
    const orderId = "TEST";
    const status = await client.json("checkStatus", { orderId });
    expect(status).toMatchObject({ finished: true, failed: false, progress: 100, info: "Finished" });
    const json = await client.json<object>("getResults", { orderId, format: "JSON" });
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining(["orderID", "date", "input", "analysis", "mlVersion", "results"]),
    );
    expect(await client.text("getResults", { orderId, format: "features" })).toContain("Subject");
    expect(await client.text("getResults", { orderId, format: "txt" })).toContain("Order ID: TEST");
    expect(await client.text("getResults", { orderId, format: "xml" })).toContain('orderID="TEST"');
    expect(await client.call("getResults", { orderId, format: "png" })).toEqual(SAMPLE_PNG);
    expect(await client.text("qcCheck", { orderId, format: "txt" })).toContain("QC PASSED");
  });
});

describe("what is refused, in the words that clients compare", () => {
  const words = (work: Promise<unknown>) =>
    work.then(
      () => "nothing was refused",
      (error: Error) => error.message,
    );

  test.each(["wrong", "", "x".repeat(5000)])("a key that is not there: %.10s", async (apiKey) => {
    const client = new GenerationOneClient({ url: cloud.url, apiKey, dialect: PYTHON });
    expect(await words(client.connect())).toBe("API key not found.");
    await connected(); // whoever shows a good key need not wait
  });

  test.each([
    ["checkStatus", {}],
    ["getResults", { format: "txt" }],
    ["qcCheck", { format: "json" }],
    ["runJob", { productName: "P" }],
    ["multipartUploadRequest", { zipIndex: "0" }],
    ["multipartPresignedUrl", { uploadId: NOBODY, partNumber: "1" }],
    [
      "completeMultipartUpload",
      { uploadId: NOBODY, uploadParts: [{ PartNumber: 1, ETag: "x" }], finalPart: 1 },
    ],
  ])("an order that is not there, or somebody else's, in %s", async (call, fields) => {
    const client = await connected();
    for (const orderId of ["NotValid", NOBODY, await (await connected(PYTHON, theirs.secret)).newJob()]) {
      expect(await words(client.call(call, { orderId, ...fields }))).toBe("Bucket not found.");
    }
  });

  test.each([
    ["desk.expired", "checkStatus", "Bucket not found."],
    ["desk.not-yours", "checkStatus", "API key incompatible."],
    ["desk.unknown-product", "runJob", "Product not found."],
    ["desk.no-uses-left", "runJob", "No API key usages remaining."],
    ["desk.no-data", "qcCheck", "No dataset found. Upload a dataset before running QC."],
    ["desk.quality-not-ready", "qcCheck", "QC in progress."],
    ["desk.too-late", "runJob", "Dataset in use, try again later."],
    ["desk.busy", "checkStatus", "Dataset in use, try again later."],
    ["desk.not-ready", "getResults", "Dataset in use, try again later."],
  ] as const)("%s in %s", async (code, call, expected) => {
    const client = await connected();
    const fields = { orderId: await client.newJob(), productName: "P", format: "json" };
    cloud.desk.refuse = code;
    try {
      expect(await words(client.call(call, fields))).toBe(expected);
    } finally {
      cloud.desk.refuse = undefined;
    }
  });

  test.each([...CALLS])("a key without the scope, in %s", async (call, { scope, method }) => {
    const client = await connected(PYTHON, reader.secret);
    const body = method === "GET" ? undefined : client.encrypted("{}");
    const expected = scope === "orders:read" ? "Invalid request." : "API key incompatible.";
    expect(await words(client.raw(call, body))).toBe(expected);
  });

  test("a key that is used up, before anything that is wrong with the order", async () => {
    const client = await connected();
    const fields = { orderId: await client.newJob(), productName: "P" };
    const { usesLeft } = cloud.access;
    cloud.access.usesLeft = async () => 0;
    expect(await words(client.call("runJob", fields))).toBe("No API key usages remaining.");
    expect(await words(client.call("runJob", { ...fields, orderId: "not_real" }))).toBe(
      "No API key usages remaining.",
    );
    cloud.access.usesLeft = usesLeft;
    expect(await words(client.call("runJob", fields))).toMatch(/^No dataset found/);
  });

  test("results of an order that is at work, and formats that there are not", async () => {
    const client = await connected();
    const orderId = await client.newJob();
    const results = (format: string) => words(client.call("getResults", { orderId, format }));
    expect(await results("txt")).toBe("Dataset in use, try again later.");
    expect(await results("pdf")).toBe("Invalid format.");
    expect(await results("constructor")).toBe("Invalid format.");
    expect(await words(client.call("qcCheck", { orderId, format: "xml" }))).toBe("Invalid format.");
    cloud.desk.finish(orderId, "diagnostic", {});
    expect(await results("png")).toBe("Results are not available in this format.");
    cloud.desk.change(orderId, { status: "EXPIRED", results: [] });
    expect(await results("txt")).toBe("Bucket not found.");
    expect(await words(client.call("checkStatus", { orderId }))).toBe("Bucket not found.");
  });

  test("a connection that was never begun, and one whose key was revoked", async () => {
    const client = await connected();
    const begun = client.connectionId;
    for (const id of [NOBODY, "", "a'; drop table", begun.replace(/.$/, "x")]) {
      client.connectionId = id;
      expect(await words(client.newJob())).toMatch(/^Connection not found/);
    }
    client.connectionId = begun;
    mine.revoked = true;
    try {
      expect(await words(client.newJob())).toBe("API key not found.");
    } finally {
      mine.revoked = false;
    }
    expect(await client.newJob()).toMatch(UUID4);
  });
});

test("a failed order says so, and its report stands where results would", async () => {
  const client = await connected();
  const orderId = await client.newJob();
  cloud.desk.finish(orderId, "failure", { summary: "Why it failed" });
  cloud.desk.change(orderId, { failure: { code: "NO_DTI_SERIES", message: "No series fits." } });
  expect(await client.json("checkStatus", { orderId })).toMatchObject({
    ...{ finished: false, failed: true, info: "No series fits." },
  });
  expect(await client.text("getResults", { orderId, format: "txt" })).toBe("Why it failed");
  const json = await client.json("getResults", { orderId, format: "json" });
  expect(json).toMatchObject({ results: {}, error: { code: "NO_DTI_SERIES" } });
});
