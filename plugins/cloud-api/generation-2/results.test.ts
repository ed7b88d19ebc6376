// Results of generation 2: the table of contents, files with checksums, ranges, and what the client has already.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";

const PDF = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251));
let cloud: ServedCloud;
let token: string;
let order: string;
beforeAll(async () => {
  cloud = await servedCloud();
  token = await cloud.token();
  order = await newOrder();
  cloud.desk.finish(order, "diagnostic", { report: PDF, "maps/FA": "map" });
});
afterAll(() => cloud.stop());

const ask = (path: string, more: Record<string, string> = {}) =>
  fetch(`${cloud.url}${path}`, { headers: { Authorization: `Bearer ${token}`, ...more } });

async function newOrder(): Promise<string> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify({ products: ["dti-metrics"] }) };
  return ((await (await fetch(`${cloud.url}/new-order`, init)).json()) as { order_id: string }).order_id;
}

test("the table of contents says whose results they are, and what there is", async () => {
  const index = await ask(`/results?report_type=index&order_id=${order}`);
  expect(await index.json()).toMatchObject({
    ...{ order_id: order, study_uid: "1.2.3", patient_id: "P-1" },
    results: [
      {
        ...{ product: "dti-metrics", kind: "diagnostic", error: null },
        indexes: [{ name: "FA <brain>", value: 0.25, unit: "1" }],
        files: [
          { name: "report", report_type: "pdf", bytes: PDF.length },
          { name: "maps/FA", report_type: null },
        ],
      },
    ],
  });
});

describe("a file", () => {
  const report = (more: Record<string, string> = {}) =>
    ask(`/results?report_type=pdf&order_id=${order}`, more);
  const etag = `"${createHash("sha256").update(PDF).digest("hex")}"`;

  test("comes whole, with its checksum and a name", async () => {
    const reply = await report();
    expect(Buffer.from(await reply.arrayBuffer()).equals(PDF)).toBe(true);
    expect(reply.headers.get("repr-digest")).toBe(
      `sha-256=:${createHash("sha256").update(PDF).digest("base64")}:`,
    );
    expect(reply.headers.get("etag")).toBe(etag);
    expect(reply.headers.get("content-disposition")).toBe(`attachment; filename="${order}_report.pdf"`);
    const map = await ask(`/results?name=maps/FA&order_id=${order}&product=dti-metrics`);
    expect(await map.text()).toBe("map");
    expect(map.headers.get("content-disposition")).toContain(`${order}_report_maps_FA`);
  });

  test("does not come again when the client has it", async () => {
    for (const tags of [etag, `"x", ${etag}`, `W/${etag}`, "*"]) {
      expect((await report({ "If-None-Match": tags })).status).toBe(304);
    }
    expect((await report({ "If-None-Match": '"x"' })).status).toBe(200);
  });

  test.each([
    ["bytes=0-9", 0, 9],
    ["bytes=99990-", 99_990, 99_999],
    ["bytes=-5", 99_995, 99_999],
    ["bytes=65530-65550", 65_530, 65_550],
    ["bytes=99999-500000", 99_999, 99_999],
  ])("comes in part: %s", async (range, from, to) => {
    const reply = await report({ Range: range, "If-Range": etag });
    expect([reply.status, reply.headers.get("content-range")]).toEqual([
      206,
      `bytes ${from}-${to}/${PDF.length}`,
    ]);
    expect(Buffer.from(await reply.arrayBuffer()).equals(PDF.subarray(from, to + 1))).toBe(true);
  });

  test.each(["bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=x-"])(
    "comes whole for a range that cannot be read: %s",
    async (range) => expect((await report({ Range: range })).status).toBe(200),
  );

  test("comes whole when it has changed since, and not at all behind its end", async () => {
    expect((await report({ Range: "bytes=0-9", "If-Range": '"other"' })).status).toBe(200);
    const reply = await report({ Range: "bytes=100000-" });
    expect([reply.status, reply.headers.get("content-range")]).toEqual([416, `bytes */${PDF.length}`]);
  });

  test("that there is not is refused, later and at once", async () => {
    const waiting = await newOrder();
    const early = await ask(`/results?report_type=pdf&order_id=${waiting}`);
    expect([early.status, early.headers.get("retry-after")]).toEqual([409, "5"]);
    expect((await ask(`/results?report_type=sr&order_id=${order}`)).status).toBe(404);
    expect((await ask(`/results?report_type=pdf&order_id=${order}&product=other`)).status).toBe(404);
    expect((await ask(`/failure-report?report_type=txt&order_id=${order}`)).status).toBe(404);
    expect((await ask(`/results?order_id=${order}`)).status).toBe(400);
    expect((await ask(`/results?report_type=exe&order_id=${order}`)).status).toBe(400);
    cloud.desk.change(waiting, { status: "EXPIRED" });
    expect((await ask(`/results?report_type=pdf&order_id=${waiting}`)).status).toBe(410);
  });
});

test("a failure has a report of its own", async () => {
  const failed = await newOrder();
  cloud.desk.finish(failed, "failure", { summary: "Why" });
  const reply = await ask(`/failure-report?report_type=txt&order_id=${failed}`);
  expect(await reply.text()).toBe("Why");
  expect(reply.headers.get("content-disposition")).toContain(`${failed}_failure.txt`);
  const index = await (await ask(`/failure-report?report_type=index&order_id=${failed}`)).json();
  expect(index).toMatchObject({ results: [{ kind: "failure", error: { code: "NO_DTI_SERIES" } }] });
  expect((await ask(`/results?report_type=txt&order_id=${failed}`)).status).toBe(404);
});
