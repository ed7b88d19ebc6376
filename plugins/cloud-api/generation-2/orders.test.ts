// Orders, batches, uploads and agents of generation 2, against a desk in memory.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";

let cloud: ServedCloud;
let token: string;
beforeAll(async () => {
  cloud = await servedCloud();
  token = await cloud.token();
});
afterAll(() => cloud.stop());

interface Asked {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  readonly body: any;
}

async function ask(method: string, path: string, body?: unknown, more: object = {}): Promise<Asked> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...more };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`${cloud.url}${path}`, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const newOrder = async (more: object = {}): Promise<string> =>
  (await ask("POST", "/new-order", { products: ["dti-metrics"], ...more })).body.order_id;

describe("an order", () => {
  test("is made, asked about by its id or its study, described and cancelled", async () => {
    const study = "1.2.826.0.1.3680043.10.999.7";
    const metadata = { patient_age: "048Y" };
    const wanted = { products: ["dti-metrics"], study_uid: study, study_name: "Case 7", metadata };
    const made = await ask("POST", "/new-order", wanted, { "Idempotency-Key": "k-1" });
    expect(made.status).toBe(201);
    expect(made.headers.get("retry-after")).toBe("5");
    const { order_id: id } = made.body;
    expect(made.body).toMatchObject({
      status: "PENDING",
      study_uid: study,
      study_name: "Case 7",
      poll_after: 5,
    });
    for (const query of [`order_id=${id}`, `order_id=${id.toUpperCase()}`, `study_uid=${study}`]) {
      expect((await ask("GET", `/status?${query}`)).body.order_id).toBe(id);
    }
    const more = await ask("PATCH", `/add-metadata?order_id=${id}`, { patient_sex: "F" });
    expect(more.status).toBe(200);
    const told = await ask("GET", `/metadata?study_uid=${study}`);
    expect(told.body).toEqual({ patient_age: "048Y", patient_sex: "F" });
    const { body } = await ask("PATCH", `/cancel-order?order_id=${id}`);
    expect(body).toMatchObject({ order_id: id, status: "CANCELLED" });
  });

  test("is listed", async () => {
    const id = await newOrder();
    const { status, body } = await ask(
      "GET",
      "/list-orders?scope=own&limit=500&updated_since=2020-01-01T00:00:00Z",
    );
    expect([status, body.next_cursor]).toEqual([200, null]);
    expect(body.orders.map((order: { order_id: string }) => order.order_id)).toContain(id);
  });

  test("joins a batch, which has a report", async () => {
    const batch = await ask("POST", "/new-batch", { batch_name: "Spring", products: ["dti-metrics"] });
    expect(batch.status).toBe(201);
    const joined = { order_id: await newOrder(), batch_id: batch.body.batch_id };
    expect((await ask("PATCH", "/associate-order-to-batch", joined)).body.batch_id).toBe(batch.body.batch_id);
    const headers = { Authorization: `Bearer ${token}` };
    const report = await fetch(`${cloud.url}/report?study_group=${batch.body.batch_id}&report_type=csv`, {
      headers,
    });
    expect(report.headers.get("content-type")).toBe("text/csv");
    expect(await report.text()).toBe("Study,Product\r\n");
  });

  test.each([
    ["PATCH", "/add-metadata?order_id=ID", { patient_name: "DOE" }, 400],
    ["PATCH", "/add-metadata?order_id=ID", { patient_sex: "male" }, 400],
    ["POST", "/new-order", { products: ["a"], PatientName: "DOE" }, 400],
    ["POST", "/new-order", { products: [] }, 400],
    ["POST", "/new-order", {}, 400],
    ["POST", "/new-order", [], 400],
    ["POST", "/upload/multipart/initiate", { order_id: "ID", bytes: 6_000_000_000 }, 400],
    ["GET", "/status", undefined, 400],
    ["GET", "/status?order_id=ID&study_uid=1.2", undefined, 400],
    ["GET", "/status?order_id=ID&order_id=ID", undefined, 400],
    ["GET", "/status?order_id=7", undefined, 400],
    ["GET", "/status?study_uid=DOE", undefined, 400],
    ["GET", "/list-orders?limit=0", undefined, 400],
    ["GET", "/list-orders?limit=many", undefined, 400],
    ["GET", "/list-orders?who=else", undefined, 400],
    ["GET", `/status?order_id=${randomUUID()}`, undefined, 404],
    ["GET", "/nothing", undefined, 404],
    ["DELETE", "/status", undefined, 405],
  ])("%s %s with %j is refused, in words that repeat nothing", async (method, path, body, status) => {
    const id = await newOrder();
    const text = JSON.stringify(body)?.replaceAll("ID", id);
    const refused = await ask(method, path.replaceAll("ID", id), text && JSON.parse(text));
    expect([refused.status, typeof refused.body.error, typeof refused.body.message]).toEqual([
      status,
      "string",
      "string",
    ]);
    expect(JSON.stringify(refused.body)).not.toMatch(/DOE|PatientName|patient_name|male/);
  });

  test("is refused when its body is no JSON, or says that it is none", async () => {
    const send = (body: string, type: string) => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": type };
      return fetch(`${cloud.url}/new-order`, { method: "POST", headers, body });
    };
    expect((await send("{", "application/json")).status).toBe(400);
    expect((await send('{"products":["a"]}', "text/plain")).status).toBe(415);
    expect((await send(`{"products":["${"a".repeat(70_000)}"]}`, "application/json")).status).toBe(413);
    expect((await send('{"products":["a"]}', "application/json; charset=utf-8")).status).toBe(201);
  });

  test("wants a key of a repeat that a header can hold", async () => {
    const key = { "Idempotency-Key": "x".repeat(201) };
    expect((await ask("POST", "/new-order", { products: ["a"] }, key)).status).toBe(400);
  });
});

describe("what the desk refuses", () => {
  test.each([
    ["desk.expired", 410, "order-expired", null],
    ["desk.not-yours", 404, "order-unknown", null],
    ["desk.unknown-product", 404, "product-unknown", null],
    ["desk.no-uses-left", 403, "no-uses-left", null],
    ["desk.too-late", 409, "too-late", null],
    ["desk.not-ready", 409, "not-ready", "30"],
    ["desk.too-large", 413, "too-large", null],
    ["desk.no-space", 507, "no-space", "600"],
    ["desk.busy", 503, "try-later", "10"],
  ] as const)("%s is %d %s", async (code, status, error, wait) => {
    const id = await newOrder();
    cloud.desk.refuse = code;
    const refused = await ask("GET", `/status?order_id=${id}`);
    cloud.desk.refuse = undefined;
    expect([refused.status, refused.body.error, refused.headers.get("retry-after")]).toEqual([
      status,
      error,
      wait,
    ]);
    expect(refused.body.retry_after).toBe(wait === null ? undefined : Number(wait));
  });
});

describe("an upload", () => {
  test("comes in parts to addresses of their own, and begins the order", async () => {
    const order_id = await newOrder();
    const begun = await ask("POST", "/upload/multipart/initiate", { order_id, bytes: 9 });
    const { upload_id } = begun.body;
    const wanted = { upload_id, parts: [{ part_number: 1 }, { part_number: 2, sha256: "0".repeat(64) }] };
    const { body } = await ask("POST", "/upload/multipart/presigned-urls", wanted);
    const parts = await Promise.all(
      body.parts.map(async ({ part_number, url }: { part_number: number; url: string }) => {
        const put = await fetch(url, { method: "PUT", body: `part ${part_number}` });
        return { part_number, etag: put.headers.get("etag")! };
      }),
    );
    const done = await ask("POST", "/upload/multipart/complete", { upload_id, parts });
    expect([done.status, done.body.order_id]).toEqual([200, order_id]);
    const wrong = parts.map((part) => ({ ...part, etag: '"00"' }));
    const refused = await ask("POST", "/upload/multipart/complete", { upload_id, parts: wrong });
    expect([refused.status, refused.body.error]).toEqual([409, "part-differs"]);
    expect((await ask("POST", "/upload/multipart/abort", { upload_id })).body.status).toBe("CANCELLED");
  });

  test("of one small file has one address", async () => {
    const { status, body } = await ask("GET", `/upload/single-put?order_id=${await newOrder()}`);
    expect([status, body.url.startsWith(`${cloud.url}/parts/`)]).toEqual([200, true]);
    expect((await fetch(body.url, { method: "PUT", body: "PK" })).status).toBe(200);
  });
});

test("a heartbeat is taken, and one that says more than is agreed on is not", async () => {
  const beat = {
    agent_id: randomUUID(),
    ...{ sent_at: new Date().toISOString(), interval_seconds: 60 },
    runtime: { type: "docker", version: "0.1.0", started_at: new Date().toISOString() },
  };
  const { status, body } = await ask("POST", "/agents/heartbeat", beat);
  expect([status, Number.isNaN(Date.parse(body.received_at))]).toEqual([200, false]);
  expect(cloud.access.heartbeats).toEqual([beat]);
  expect((await ask("POST", "/agents/heartbeat", { ...beat, patients: ["DOE"] })).status).toBe(400);
});
