// Orders at a cloud that speaks generation 1 only: found out by itself, sent in archives, tied to the patient by the order.
import { readFileSync } from "node:fs";
import { memoBook } from "@thalamus/sdk/testing";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { EdgeBench } from "../testing/edge-bench.ts";
import { answers, CUT_AFTER, CUT_BEFORE } from "../testing/faults.ts";
import { HostileOldCloud } from "../testing/hostile-old-cloud.ts";
import { readReport } from "./old-report.ts";
import { archivesOf } from "./send-study.ts";
import { withoutPadding } from "./session-cipher.ts";

const bench = new EdgeBench();
let cloud: HostileOldCloud;
beforeEach(async () => {
  await cloud?.[Symbol.asyncDispose]();
  cloud = await HostileOldCloud.start();
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const PRODUCT = "Atypical/MSAp/PSP-v1.0";
const scopeOf = (settings: object = {}) =>
  bench.scope(cloud.url, { products: { "far-away": PRODUCT }, ...settings });
const ended = async (settings: object = {}) => {
  const scope = scopeOf(settings);
  return bench.through(await bench.step(), () => scope);
};

describe("a cloud of generation 1", () => {
  test("is recognized, gets the study in archives, and gives its result in every format it has", async () => {
    const book = memoBook();
    const scope = scopeOf();
    const step = await bench.step({ book });
    const outcome = await bench.through(step, () => scope);
    if (outcome.kind !== "processed") throw new Error(JSON.stringify(outcome));
    const { result } = outcome;
    const { studyInstanceUid, patientPseudonym } = step.study;
    expect(result.subject).toEqual({ studyInstanceUid, patientPseudonym });
    expect(result.files.map(({ name }) => name)).toEqual(["data", "preview", "report", "summary", "xml"]);
    expect(result.warnings).toEqual(["The cloud has no result in the format features."]);
    expect(result.product).toEqual({ id: "far-away", version: "2BP20V6_29" });
    expect(result.indexes).toEqual([
      { name: "Atypical", value: 0.91, unit: "" },
      { name: "FWpSN", value: 0.12, unit: "" },
    ]);
    // a picture may end with zeros of its own; archives get it as a page
    const [, preview, report] = result.files.map(({ path }) => readFileSync(path));
    expect(preview!.subarray(-4)).toEqual(Buffer.alloc(4));
    expect(report!.subarray(0, 5).toString()).toBe("%PDF-");
    expect(cloud.only).toMatchObject({ isComplete: true, product: PRODUCT, runs: 1 });
    expect(cloud.only.archives.get("0")?.subarray(0, 2).toString()).toBe("PK");
    expect(book.written.at(-1)?.reference).toBe(cloud.only.id);
    for (const { headers } of cloud.asked) expect(headers["origin-type"]).toBe("Thalamus");
  });

  test.each([
    ["zeros", Buffer.alloc(7)],
    ["PKCS #7", Buffer.alloc(5, 5)],
  ])("may pad its answers with %s", async (_, padding) => {
    cloud.padding = padding;
    expect((await ended()).kind).toBe("processed");
  });

  test("may forget the session, or be cut off at any call, and runs an order once", async () => {
    for (const path of ["/api/connect/", "/api/newJob/", "/api/multipartUploadRequest/", "/put/"])
      cloud.breaks(path, CUT_BEFORE);
    cloud.breaks("/api/multipartPresignedUrl/", answers(502));
    cloud.breaks("/api/completeMultipartUpload/", CUT_AFTER);
    cloud.breaks("/api/runJob/", CUT_AFTER);
    cloud.breaks("/api/getResults/", CUT_AFTER);
    const scope = scopeOf();
    const step = await bench.step();
    for (let look = 0; look < 3; look += 1) {
      await bench.once(step, scope);
      cloud.endSessions();
    }
    expect((await bench.through(step, () => scope)).kind).toBe("processed");
    expect([...cloud.jobs.values()].map(({ runs }) => runs)).toEqual([1]);
  });

  test("whose report is of another order, or of none, gives nobody a result", async () => {
    cloud.orderIn = () => "somebody-else";
    expect(await ended()).toMatchObject({ kind: "rejected", code: "cloud-upload.other-order" });
    cloud.orderIn = () => undefined;
    expect(await ended()).toMatchObject({ kind: "rejected", code: "cloud-upload.other-order" });
    cloud.orderIn = (id) => id;
    cloud.missing = ["json"];
    expect(await ended()).toMatchObject({ kind: "rejected", code: "cloud-upload.other-order" });
  });

  test("that fails, forgets an order, or takes no key says so", async () => {
    cloud.failed = true;
    const failed = await ended();
    expect(failed).toMatchObject({ kind: "rejected", code: "cloud-upload.failed" });
    expect(JSON.stringify(failed)).toContain("ERR_GENERIC");
    cloud.looks = 9;
    const scope = scopeOf();
    const step = await bench.step();
    await bench.once(step, scope);
    cloud.jobs.clear();
    expect(await bench.once(step, scope)).toMatchObject({ kind: "rejected", code: "cloud-upload.expired" });
    cloud.apiKey = "another";
    const refused = await bench.once(await bench.step(), scopeOf({ generation: "1" }));
    expect(refused).toMatchObject({ kind: "waiting", code: "cloud-upload.sign-in" });
  });
});

test("archives keep the order of files, and none is divided", () => {
  const megabytes = (count: number) => ({ path: "", crc32: 0, bytes: count * 2 ** 20 });
  const groups = archivesOf([7, 7, 7, 40, 1, 14].map(megabytes));
  expect(groups.map((group) => group.map(({ bytes }) => bytes / 2 ** 20))).toEqual([
    [7, 7],
    [7],
    [40],
    [1, 14],
  ]);
});

test("padding is taken off, and what only looks like it is not", () => {
  const stripped = (text: string) => withoutPadding(Buffer.from(text, "latin1")).toString("latin1");
  expect(stripped('{"a":1}\0\0\0')).toBe('{"a":1}');
  expect(stripped("text\x03\x03\x03")).toBe("text");
  expect(stripped("text\n")).toBe("text\n");
  expect(stripped("text\n\n")).toBe("text\n\n");
  expect(stripped("")).toBe("");
});

test("older reports have their numbers as text", () => {
  const report = { orderID: "o-1", result: { Atypical: "0.9", FWpSN: "", PSPvsMSAp: "x" } };
  expect(readReport(Buffer.from(JSON.stringify(report)))).toEqual({
    orderId: "o-1",
    version: undefined,
    indexes: [{ name: "Atypical", value: 0.9, unit: "" }],
  });
  expect(readReport(Buffer.from("no JSON"))).toMatchObject({ orderId: undefined, indexes: [] });
});
