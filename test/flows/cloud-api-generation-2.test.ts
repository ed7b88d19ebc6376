// Generation 2 on a real hub: from a token to results with their checksums, batches, failures and what is on record.
import { createHash, randomUUID } from "node:crypto";
import type { CloudOrder, CloudOrderPage, CloudResultIndex, CloudUsage } from "@thalamus/sdk/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../core/database/database.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { zipOf } from "../support/archives.ts";
import { CloudApiSite, type CloudKey, until } from "../support/cloud-api-site.ts";
import { wholeHeartbeat } from "../support/cloud-site.ts";
import { type RestCloudClient, sha256Of } from "../support/rest-cloud-client.ts";
import { smallFile } from "../support/small-dicom.ts";

let cloud: CloudApiSite;
let key: CloudKey;
let client: RestCloudClient;
beforeAll(async () => {
  cloud = await CloudApiSite.open();
  key = await cloud.key();
  client = await cloud.rest(key);
});
afterAll(() => cloud[Symbol.asyncDispose]());

const archive = (study: string, count = 2) =>
  zipOf(
    Array.from({ length: count }, (_, number) => ({
      path: `${number}.dcm`,
      bytes: smallFile(study, number),
    })),
  );
const ended = (id: string, of = client): Promise<CloudOrder> =>
  until(
    () => of.status(id),
    ({ poll_after }) => poll_after === null,
  );

describe("an order", () => {
  test("X-079 is made once, gets its data in a part, is run, and its results come with their checksums", async () => {
    const more = { "Idempotency-Key": "order-1" };
    const body = { products: ["quick"], study_name: "Case 1", metadata: { patient_age: "048Y" } };
    const [first, again] = [
      await client.ask<CloudOrder>("POST", "/new-order", body, more),
      await client.ask<CloudOrder>("POST", "/new-order", body, more),
    ];
    expect([first.status, again.body.order_id]).toEqual([201, first.body.order_id]);
    const { order_id: id } = first.body;
    expect(await client.upload(id, await archive("case 1"))).toMatchObject({ status: "DX_STARTED" });
    expect(await ended(id)).toMatchObject({ status: "DELIVERED", progress: 100, info: "Finished" });
    const index = await client.ask<CloudResultIndex>("GET", `/results?report_type=index&order_id=${id}`);
    const [result] = index.body.results;
    expect(index.body).toMatchObject({ order_id: id, patient_id: "SMALL-1" });
    expect(result).toMatchObject({ product: "quick", indexes: [{ name: "images", value: 2, unit: "1" }] });
    const listed = result?.files.find(({ report_type }) => report_type === "pdf");
    const pdf = await client.fetch("GET", `/results?report_type=pdf&order_id=${id}`);
    const content = Buffer.from(await pdf.arrayBuffer());
    expect(content.subarray(0, 5).toString()).toBe("%PDF-");
    expect([sha256Of(content), content.length]).toEqual([listed?.sha256, listed?.bytes]);
    const digest = createHash("sha256").update(content).digest("base64");
    expect(pdf.headers.get("repr-digest")).toBe(`sha-256=:${digest}:`);
    const tag = { "If-None-Match": pdf.headers.get("etag") ?? "" };
    expect(
      (await client.fetch("GET", `/results?report_type=pdf&order_id=${id}`, undefined, tag)).status,
    ).toBe(304);
    const study = encodeURIComponent(index.body.study_uid);
    expect((await client.ask("GET", `/status?study_uid=${study}`)).body).toMatchObject({ order_id: id });
  });

  test("X-080 of one small file begins when that has arrived, and its address takes nothing afterwards", async () => {
    const { order_id: id } = await client.newOrder();
    const { body } = await client.ask<{ url: string }>("GET", `/upload/single-put?order_id=${id}`);
    const put = async () => fetch(body.url, { method: "PUT", body: new Uint8Array(await archive("single")) });
    expect((await put()).status).toBe(200);
    expect(await ended(id)).toMatchObject({ status: "DELIVERED" });
    const late = await put();
    expect([late.status, await late.json()]).toEqual([
      403,
      expect.objectContaining({ error: "bad-address" }),
    ]);
  });

  test("whose data cannot be read fails, with a report", async () => {
    const { order_id: id } = await client.newOrder();
    await client.upload(id, Buffer.from("no archive"));
    const order = await ended(id);
    expect(order).toMatchObject({ status: "FAILED", failure: { code: expect.stringMatching(/^upload\./) } });
    const report = await client.fetch("GET", `/failure-report?report_type=txt&order_id=${id}`);
    expect(await report.text()).toContain(order.failure?.code);
    // nobody knows whose it is, so there is no table of contents, now and later
    const index = await client.ask("GET", `/failure-report?report_type=index&order_id=${id}`);
    expect([index.status, index.body["error"]]).toEqual([404, "report-unknown"]);
    expect((await client.ask("GET", `/results?report_type=pdf&order_id=${id}`)).status).toBe(404);
    const again = await client.ask("POST", "/upload/multipart/initiate", { order_id: id, bytes: 10 });
    expect([again.status, again.body["error"]]).toEqual([409, "too-late"]);
  });

  test("X-081 is cancelled with its upload for good: no part, no word and no upload is taken after that", async () => {
    const { order_id: id } = await client.newOrder();
    const wanted = { order_id: id, bytes: 100 };
    const { body } = await client.ask<{ upload_id: string }>("POST", "/upload/multipart/initiate", wanted);
    const url = await client.partUrl(body.upload_id, 1);
    const aborted = await client.ask(
      "POST",
      "/upload/multipart/abort",
      body && { upload_id: body.upload_id },
    );
    expect(aborted.body).toMatchObject({ order_id: id, status: "CANCELLED" });
    expect((await fetch(url, { method: "PUT", body: new Uint8Array(100) })).status).toBe(403);
    const word = await client.ask("PATCH", `/add-metadata?order_id=${id}`, { patient_sex: "M" });
    const upload = await client.ask("POST", "/upload/multipart/initiate", wanted);
    expect([word.body["error"], upload.body["error"]]).toEqual(["too-late", "too-late"]);
    expect((await client.ask("PATCH", `/cancel-order?order_id=${id}`)).body).toMatchObject({
      status: "CANCELLED",
    });
  });

  test("wants a product that the organisation may order, and a name that it has not used", async () => {
    await client.newOrder({ study_name: "Only once" });
    for (const [wanted, status, error] of [
      [{ products: ["quick-report"], study_name: "Only once" }, 409, "study-name-taken"],
      [{ products: ["secret-product"] }, 404, "product-unknown"],
      [{ products: ["quick-report"], metadata: { patient_age: "old" } }, 400, "bad-metadata"],
      [{ products: ["quick-report"], batch_id: randomUUID() }, 404, "batch-unknown"],
    ] as const) {
      const refused = await client.ask("POST", "/new-order", wanted);
      expect([refused.status, refused.body["error"]]).toEqual([status, error]);
    }
  });
});

test("X-078 a batch has a report, with a line for each of its studies", async () => {
  const { body: batch } = await client.ask<{ batch_id: string }>("POST", "/new-batch", {
    ...{ batch_name: "Spring", products: ["quick-report"] },
  });
  const first = await client.newOrder({ batch_id: batch.batch_id });
  const second = await client.newOrder();
  const membership = { order_id: second.order_id, batch_id: batch.batch_id };
  expect((await client.ask("PATCH", "/associate-order-to-batch", membership)).status).toBe(200);
  await client.upload(first.order_id, await archive("batch 1"));
  await client.upload(second.order_id, await archive("batch 2"));
  await Promise.all([ended(first.order_id), ended(second.order_id)]);
  for (const group of [batch.batch_id, "Spring"]) {
    const report = await client.fetch("GET", `/report?study_group=${group}`);
    expect(report.headers.get("content-type")).toMatch(/^text\/csv/);
    expect((await report.text()).match(/quick-report/g)).toHaveLength(2);
  }
  const other = await client.newOrder({ products: ["dti-metrics"] });
  const mismatch = await client.ask("PATCH", "/associate-order-to-batch", {
    ...membership,
    order_id: other.order_id,
  });
  expect([mismatch.status, mismatch.body["error"]]).toEqual([409, "product-mismatch"]);
});

test("orders are listed page by page, and from the last change that was seen on", async () => {
  const lister = await cloud.rest(await cloud.key());
  const made = [await lister.newOrder(), await lister.newOrder(), await lister.newOrder()];
  const seen: CloudOrder[] = [];
  const list = (query: Record<string, string>) =>
    lister.ask<CloudOrderPage>("GET", `/list-orders?${new URLSearchParams(query)}`);
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body } = await list({ limit: "2", ...(cursor === "" ? {} : { cursor }) });
    seen.push(...body.orders);
    cursor = body.next_cursor;
  }
  const idOf = ({ order_id }: CloudOrder) => order_id;
  expect(seen.map(idOf).toSorted()).toEqual(made.map(idOf).toSorted());
  const updated_since = seen.at(-1)!.updated_at;
  await lister.ask("PATCH", `/cancel-order?order_id=${made[0]!.order_id}`);
  const changed = (await list({ updated_since })).body.orders.at(-1);
  expect(changed).toMatchObject({ order_id: made[0]!.order_id, status: "CANCELLED" });
  const pending = (await list({ status: "PENDING" })).body.orders;
  expect(pending.map(idOf).toSorted()).toEqual(made.slice(1).map(idOf).toSorted());
});

test("X-087 what was run is told by key, an admin's key sees the organisation", async () => {
  const admin = await cloud.rest(await cloud.key({ beside: key, admin: "admin@hospital.example" }));
  const day = new Date().toISOString().slice(0, 10);
  const usage = (of: RestCloudClient) => of.ask<CloudUsage>("GET", `/usage?from=${day}&to=${day}`);
  const own = (await usage(client)).body.keys;
  expect(own).toMatchObject([{ key_id: key.id }]);
  expect((await usage(admin)).body.keys).toEqual(own);
  const { body } = await admin.ask<{ orders: CloudOrder[] }>(
    "GET",
    "/list-orders?scope=organisation&limit=500",
  );
  expect(body.orders.length).toBeGreaterThan(5);
});

test("a heartbeat makes the hub that sent it an agent of the organisation", async () => {
  const agent = randomUUID();
  expect((await client.ask("POST", "/agents/heartbeat", wholeHeartbeat(agent))).status).toBe(200);
  const { body } = await cloud.api.call<{ data: { agentId: string }[] }>("GET", "/api/agents");
  expect(body.data.map(({ agentId }) => agentId)).toContain(agent);
});

test("who asked for addresses, what arrived and who fetched results is in the journal, without names and addresses", async () => {
  const orm = await connect(cloud.site.databaseUrl);
  const entries = await orm.em.fork().findAll(JournalEntry);
  await orm.close();
  const events = new Set(entries.map(({ event }) => event));
  for (const event of ["placed", "addresses-issued", "part-received", "file-opened", "cancelled"]) {
    expect(events).toContain(`cloud-order.${event}`);
  }
  const text = JSON.stringify(entries);
  const found = [key.secret, client.token, "/parts/", "Case 1", "SMALL-1"].filter((one) =>
    text.includes(one),
  );
  expect(found).toEqual([]);
});
