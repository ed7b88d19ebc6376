// Two organisations on one hub: nothing of one can be seen, changed or guessed by the other, in any call of either API.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CALLS } from "../../plugins/cloud-api/generation-1/generation-1.ts";
import { ROUTES } from "../../plugins/cloud-api/generation-2/generation-2.ts";
import type { GenerationOneClient } from "../../plugins/cloud-api/testing/generation-1-client.ts";
import { zipOf } from "../support/archives.ts";
import { CloudApiSite, type CloudKey, until } from "../support/cloud-api-site.ts";
import { type RestCloudClient, sha256Of } from "../support/rest-cloud-client.ts";
import { smallDataset, smallFile } from "../support/small-dicom.ts";

const NOBODY = "4f9b1f6e-1111-4000-8000-000000000000";
const BATCH = "Their batch";
let cloud: CloudApiSite;
/** Of the organisation that has everything. */
let owner: CloudKey;
let theirs: { order: string; open: string; upload: string; openUpload: string; batch: string; study: string };
let stranger: RestCloudClient;
let strangerOne: GenerationOneClient;
/** Of the same organisation, another member, no admin. */
let colleague: RestCloudClient;
let colleagueOne: GenerationOneClient;

beforeAll(async () => {
  cloud = await CloudApiSite.open();
  owner = await cloud.key();
  const client = await cloud.rest(owner);
  const { body: batch } = await client.ask<{ batch_id: string }>("POST", "/new-batch", {
    ...{ batch_name: BATCH, products: ["quick-report"] },
  });
  const { order_id: order } = await client.newOrder({ batch_id: batch.batch_id });
  const archive = await zipOf([{ path: "1.dcm", bytes: smallFile("theirs", 1) }]);
  const begun = await client.ask<{ upload_id: string }>("POST", "/upload/multipart/initiate", {
    ...{ order_id: order, bytes: archive.length, sha256: sha256Of(archive) },
  });
  await client.upload(order, archive);
  await until(
    () => client.status(order),
    ({ status }) => status === "DELIVERED",
  );
  const { order_id: open } = await client.newOrder();
  const waiting = { order_id: open, bytes: 10 };
  const { body } = await client.ask<{ upload_id: string }>("POST", "/upload/multipart/initiate", waiting);
  const study = String(smallDataset("theirs", 1)["StudyInstanceUID"]);
  theirs = {
    ...{
      order,
      open,
      upload: begun.body.upload_id,
      openUpload: body.upload_id,
      batch: batch.batch_id,
      study,
    },
  };
  const other = await cloud.key();
  const beside = await cloud.key({ beside: owner });
  [stranger, colleague] = [await cloud.rest(other), await cloud.rest(beside)];
  [strangerOne, colleagueOne] = [await cloud.generationOne(other), await cloud.generationOne(beside)];
});
afterAll(() => cloud[Symbol.asyncDispose]());

interface Attempt {
  readonly query?: (ids: typeof theirs) => string;
  readonly body?: (ids: typeof theirs) => object;
}

/** How a stranger would try each route with ids that are not his; `none`: it takes no id of anybody. */
const ATTEMPTS: Readonly<Record<string, Attempt | "none">> = {
  "GET /test-token": "none",
  "POST /new-order": { body: ({ batch }) => ({ products: ["quick-report"], batch_id: batch }) },
  "GET /status": { query: ({ order }) => `order_id=${order}` },
  "GET /list-orders": "none",
  "GET /metadata": { query: ({ order }) => `order_id=${order}` },
  "PATCH /add-metadata": { query: ({ open }) => `order_id=${open}`, body: () => ({ patient_sex: "M" }) },
  "PATCH /cancel-order": { query: ({ open }) => `order_id=${open}` },
  "POST /new-batch": "none",
  "PATCH /associate-order-to-batch": { body: ({ open, batch }) => ({ order_id: open, batch_id: batch }) },
  "GET /report": { query: ({ batch }) => `study_group=${batch}` },
  "GET /upload/single-put": { query: ({ open }) => `order_id=${open}` },
  "POST /upload/multipart/initiate": { body: ({ open }) => ({ order_id: open, bytes: 10 }) },
  "POST /upload/multipart/presigned-urls": {
    body: ({ openUpload }) => ({ upload_id: openUpload, parts: [{ part_number: 1 }] }),
  },
  "POST /upload/multipart/complete": {
    body: ({ openUpload }) => ({ upload_id: openUpload, parts: [{ part_number: 1, etag: "x" }] }),
  },
  "POST /upload/multipart/abort": { body: ({ openUpload }) => ({ upload_id: openUpload }) },
  "GET /results": { query: ({ order }) => `report_type=pdf&order_id=${order}` },
  "GET /failure-report": { query: ({ order }) => `report_type=txt&order_id=${order}` },
  "GET /usage": "none",
  "POST /agents/heartbeat": "none",
};

async function attempt(client: RestCloudClient, name: string, ids: typeof theirs) {
  const [method = "", path = ""] = name.split(" ");
  const { query, body } = ATTEMPTS[name] as Attempt;
  const { status, body: answer } = await client.ask(method, `${path}?${query?.(ids) ?? ""}`, body?.(ids));
  return { status, error: answer["error"] };
}

test("X-077 every route of generation 2 is tried", () => {
  expect(Object.keys(ATTEMPTS)).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`));
});

describe.each(Object.keys(ATTEMPTS).filter((name) => ATTEMPTS[name] !== "none"))("%s", (name) => {
  test("answers a stranger as if there was nothing", async () => {
    const nothing = {
      order: NOBODY,
      open: NOBODY,
      upload: NOBODY,
      openUpload: NOBODY,
      batch: NOBODY,
      study: "9.9",
    };
    const refused = await attempt(stranger, name, theirs);
    expect(refused).toEqual({ status: 404, error: expect.stringMatching(/-unknown$/) });
    expect(refused).toEqual(await attempt(stranger, name, nothing));
  });
});

test("a study is nobody's but of who sent it, and a batch's name means one's own", async () => {
  for (const path of [
    `/status?study_uid=${theirs.study}`,
    `/report?study_group=${encodeURIComponent(BATCH)}`,
  ]) {
    expect((await stranger.ask("GET", path)).status).toBe(404);
  }
  const batch = { batch_name: BATCH, products: ["quick-report"] };
  expect((await stranger.ask("POST", "/new-batch", batch)).status).toBe(201);
});

test("X-077 lists and usage hold nothing of another organisation", async () => {
  const { body } = await stranger.ask<{ orders: object[] }>("GET", "/list-orders?scope=organisation");
  expect(body.orders).toEqual([]);
  const day = new Date().toISOString().slice(0, 10);
  expect((await stranger.ask("GET", `/usage?from=${day}&to=${day}`)).body["keys"]).toEqual([]);
});

describe("a colleague without an admin's key", () => {
  test("sees an order of another member no more than a stranger does", async () => {
    for (const name of [
      "GET /status",
      "GET /results",
      "PATCH /cancel-order",
      "POST /upload/multipart/abort",
    ]) {
      expect(await attempt(colleague, name, theirs)).toMatchObject({ status: 404 });
    }
    const { body } = await colleague.ask<{ orders: object[] }>("GET", "/list-orders?scope=organisation");
    expect(body.orders).toEqual([]);
  });

  test("is told in generation 1 that the key does not fit", async () => {
    const status = colleagueOne.call("checkStatus", { orderId: theirs.order });
    await expect(status).rejects.toThrow("API key incompatible.");
  });
});

describe.each([...CALLS.keys()].filter((call) => call !== "newJob" && call !== "getReport"))("%s", (call) => {
  test("answers a stranger as if there was nothing", async () => {
    const { upload, openUpload } = theirs;
    for (const [orderId, uploadId] of [
      [theirs.order, upload],
      [theirs.open, openUpload],
      [NOBODY, NOBODY],
    ]) {
      const fields = { orderId, datasetId: orderId, uploadId, zipIndex: "0", partNumber: 1, finalPart: 1 };
      const more = { productName: "quick", format: "txt", uploadParts: [{ PartNumber: 1, ETag: "x" }] };
      await expect(strangerOne.call(call, { ...fields, ...more })).rejects.toThrow("Bucket not found.");
    }
  });
});

test("an upload of one's own order cannot be mixed with another's", async () => {
  const mine = await strangerOne.newJob();
  const fields = { orderId: mine, uploadId: theirs.openUpload, partNumber: 1, zipIndex: "0" };
  await expect(strangerOne.call("multipartPresignedUrl", fields)).rejects.toThrow("Upload not found.");
});

test("after all of that the owner's orders are as they were", async () => {
  const client = await cloud.rest(owner);
  expect(await client.status(theirs.order)).toMatchObject({ status: "DELIVERED" });
  expect(await client.status(theirs.open)).toMatchObject({ status: "PENDING", batch_id: null });
  expect((await client.ask("GET", `/metadata?order_id=${theirs.open}`)).body).toEqual({});
});
