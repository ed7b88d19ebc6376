// How data comes in: addresses for parts, or for one small file.

import { Type } from "@thalamus/sdk";
import {
  CloudOrder,
  PartUrls,
  PartUrlsWanted,
  SINGLE_PUT_BYTES,
  SinglePut,
  UploadAbort,
  UploadBegin,
  UploadBegun,
  UploadComplete,
} from "@thalamus/sdk/cloud";
import { orderReply } from "../order-view.ts";
import { route } from "../route.ts";

const OrderId = Type.Object({ order_id: Type.String({ format: "uuid" }) }, { additionalProperties: false });

const singlePut = route({
  method: "GET",
  path: "/upload/single-put",
  operationId: "singlePut",
  summary: `An address for one file of less than ${SINGLE_PUT_BYTES / 1_000_000} MB; the order begins when it has arrived.`,
  scope: "orders:write",
  query: OrderId,
  answers: { 200: SinglePut },
  answer: async ({ desk, caller, query, exchange }) => {
    const { id } = await desk.beginUpload(caller, query.order_id.toLowerCase(), { single: true });
    exchange.fields["upload"] = id;
    const [address] = await desk.partAddresses(caller, id, [{ number: 1 }], `${exchange.baseUrl}/parts`);
    const { url, headers, expiresAt } = address!;
    return { status: 200, body: { url, key: id, headers, expires_at: expiresAt.toISOString() } };
  },
});

const initiate = route({
  method: "POST",
  path: "/upload/multipart/initiate",
  operationId: "initiateUpload",
  summary:
    "Begins an upload, or goes on with the one that is open; tells how large parts are and which are there.",
  scope: "orders:write",
  body: UploadBegin,
  answers: { 200: UploadBegun },
  answer: async ({ desk, caller, body, exchange }) => {
    const { bytes, sha256 } = body;
    const upload = await desk.beginUpload(caller, body.order_id.toLowerCase(), { bytes, sha256 });
    exchange.fields["upload"] = upload.id;
    return {
      status: 200,
      body: {
        upload_id: upload.id,
        part_bytes: upload.partBytes,
        parts: upload.parts,
        received: upload.received.map(({ number, etag }) => ({ part_number: number, etag })),
        expires_at: upload.expiresAt.toISOString(),
      },
    };
  },
});

const presignedUrls = route({
  method: "POST",
  path: "/upload/multipart/presigned-urls",
  operationId: "presignedUrls",
  summary: "Addresses for parts, each good for one part and a while.",
  scope: "orders:write",
  body: PartUrlsWanted,
  answers: { 200: PartUrls },
  answer: async ({ desk, caller, body, exchange }) => {
    const wanted = body.parts.map(({ part_number, sha256 }) => ({ number: part_number, sha256 }));
    exchange.fields["upload"] = body.upload_id;
    const base = `${exchange.baseUrl}/parts`;
    const addresses = await desk.partAddresses(caller, body.upload_id.toLowerCase(), wanted, base);
    const parts = addresses.map(({ number, url, headers, expiresAt }) => {
      return { part_number: number, url, headers, expires_at: expiresAt.toISOString() };
    });
    return { status: 200, body: { parts } };
  },
});

const complete = route({
  method: "POST",
  path: "/upload/multipart/complete",
  operationId: "completeUpload",
  summary: "All parts are there: the order begins.",
  scope: "orders:write",
  body: UploadComplete,
  answers: { 200: CloudOrder },
  answer: async ({ desk, caller, body, exchange }) => {
    const parts = body.parts.map(({ part_number, etag }) => {
      return { number: part_number, etag: etag.replaceAll('"', "") };
    });
    exchange.fields["upload"] = body.upload_id;
    return orderReply(await desk.completeUpload(caller, body.upload_id.toLowerCase(), parts, true));
  },
});

const abort = route({
  method: "POST",
  path: "/upload/multipart/abort",
  operationId: "abortUpload",
  summary: "Throws the parts away and cancels the order.",
  scope: "orders:write",
  body: UploadAbort,
  answers: { 200: CloudOrder },
  answer: async ({ desk, caller, body }) =>
    orderReply(await desk.abortUpload(caller, body.upload_id.toLowerCase())),
});

export const uploadRoutes = [singlePut, initiate, presignedUrls, complete, abort];
