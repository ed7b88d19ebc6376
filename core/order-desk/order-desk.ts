// The desk where clients of the cloud API order: what a plugin gets behind OrderDeskToken.
import type { CloudCaller, OrderDesk } from "@thalamus/sdk";
import { batchReport, joinBatch, newBatch } from "./batches.ts";
import { beginUpload, partAddresses } from "./begin-upload.ts";
import { abortUpload, cancelOrder } from "./cancel-order.ts";
import { completeUpload } from "./complete-upload.ts";
import { orderOf } from "./find-order.ts";
import { listOrders } from "./list-orders.ts";
import { openFile } from "./open-file.ts";
import { addMetadata, metadataOf } from "./order-metadata.ts";
import { subjectOf } from "./order-subject.ts";
import { placeOrder } from "./place-order.ts";
import { qualityOf } from "./quality-answer.ts";
import { type DoorParts, receivePart } from "./receive-part.ts";
import { runOrder } from "./run-order.ts";
import { viewOrder } from "./view-orders.ts";

/** Each act is in a file of its own, named after it. */
export function openOrderDesk(parts: DoorParts): OrderDesk {
  const find = async (caller: CloudCaller, which: Parameters<OrderDesk["find"]>[1]) => {
    const em = parts.orm.em.fork();
    return viewOrder(em, await orderOf(em, caller, which));
  };
  return {
    find,
    place: (caller, order) => placeOrder(parts, caller, order),
    list: (caller, query) => listOrders(parts.orm, caller, query),
    metadata: (caller, which) => metadataOf(parts, caller, which),
    addMetadata: (caller, which, more) => addMetadata(parts, caller, which, more),
    cancel: (caller, which) => cancelOrder(parts, caller, which),
    run: (caller, orderId, product) => runOrder(parts, caller, orderId, product),
    quality: (caller, orderId) => qualityOf(parts, caller, orderId),
    subject: (caller, which) => subjectOf(parts, caller, which),
    open: (caller, which, file) => openFile(parts, caller, which, file),
    beginUpload: (caller, orderId, wanted) => beginUpload(parts, caller, orderId, wanted),
    partAddresses: (caller, uploadId, wanted, baseUrl) =>
      partAddresses(parts, caller, uploadId, wanted, baseUrl),
    receivePart: (address, content, bytes) => receivePart(parts, address, content, bytes),
    completeUpload: (caller, uploadId, named, final) => completeUpload(parts, caller, uploadId, named, final),
    abortUpload: (caller, uploadId) => abortUpload(parts, caller, uploadId),
    newBatch: (caller, batch) => newBatch(parts, caller, batch),
    joinBatch: (caller, orderId, batchId) => joinBatch(parts, caller, orderId, batchId),
    batchReport: (caller, batch) => batchReport(parts, caller, batch),
  };
}
