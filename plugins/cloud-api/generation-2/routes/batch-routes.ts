// Batches: orders that are reported on together.
import { BatchMembership, BatchReportQuery, CloudBatch, CloudOrder, NewBatch } from "@thalamus/sdk/cloud";
import { orderReply } from "../order-view.ts";
import { route } from "../route.ts";
import { sendFile } from "../send-file.ts";

const newBatch = route({
  method: "POST",
  path: "/new-batch",
  operationId: "newBatch",
  summary: "Makes a batch; every order in it has just its products.",
  scope: "orders:write",
  body: NewBatch,
  answers: { 201: CloudBatch },
  answer: async ({ desk, caller, body }) => {
    const { id, createdAt } = await desk.newBatch(caller, body);
    return { status: 201, body: { batch_id: id, ...body, created_at: createdAt.toISOString() } };
  },
});

const associateOrder = route({
  method: "PATCH",
  path: "/associate-order-to-batch",
  operationId: "associateOrderToBatch",
  summary: "Puts an order into a batch; 409 when its products are others.",
  scope: "orders:write",
  body: BatchMembership,
  answers: { 200: CloudOrder },
  answer: async ({ desk, caller, body }) =>
    orderReply(await desk.joinBatch(caller, body.order_id.toLowerCase(), body.batch_id.toLowerCase())),
});

const batchReport = route({
  method: "GET",
  path: "/report",
  operationId: "batchReport",
  summary: "The report of a batch: one line for each study and product, made now.",
  scope: "results:read",
  query: BatchReportQuery,
  answers: { 200: { file: "text/csv" } },
  answer: async ({ desk, caller, query, exchange, counts }) => {
    const file = await desk.batchReport(caller, query.study_group);
    await sendFile(exchange, { file, open: async () => file, fileName: "group_report.csv" }, counts);
    return "sent";
  },
});

export const batchRoutes = [newBatch, associateOrder, batchReport];
