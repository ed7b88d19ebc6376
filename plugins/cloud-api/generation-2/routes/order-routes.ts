// Orders: made, asked about, listed, described, cancelled.
import {
  CloudOrder,
  CloudOrderPage,
  CloudOrderQuery,
  NewCloudOrder,
  OrderMetadata,
  OrderReferenceQuery,
} from "@thalamus/sdk/cloud";
import { invalid } from "../checks.ts";
import { orderReply, orderView, referenceOf } from "../order-view.ts";
import { route } from "../route.ts";

const DEFAULT_PAGE = 100;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

const newOrder = route({
  method: "POST",
  path: "/new-order",
  operationId: "newOrder",
  summary: "Makes an order; what is said of the study here counts more than what its files say.",
  scope: "orders:write",
  headers: { "Idempotency-Key": "A repeat with the same key answers with the order of the first time." },
  body: NewCloudOrder,
  answers: { 201: CloudOrder },
  answer: async ({ desk, caller, body, exchange }) => {
    const idempotencyKey = exchange.header("idempotency-key");
    if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
      throw invalid("Idempotency-Key must have 1 to 200 printable ASCII characters without spaces.");
    }
    const order = await desk.place(caller, {
      generation: 2,
      products: body.products,
      studyUid: body.study_uid,
      patientPseudonym: body.patient_pseudonym,
      studyName: body.study_name,
      batchId: body.batch_id,
      metadata: body.metadata,
      idempotencyKey,
    });
    exchange.fields["order"] = order.id;
    return orderReply(order, 201);
  },
});

const status = route({
  method: "GET",
  path: "/status",
  operationId: "status",
  summary: "How far an order is; Retry-After tells when to ask again.",
  scope: "orders:read",
  query: OrderReferenceQuery,
  answers: { 200: CloudOrder },
  answer: async ({ desk, caller, query }) => orderReply(await desk.find(caller, referenceOf(query))),
});

const listOrders = route({
  method: "GET",
  path: "/list-orders",
  operationId: "listOrders",
  summary: "One's own orders, or those of the organisation for an admin key; oldest change first.",
  scope: "orders:read",
  query: CloudOrderQuery,
  answers: { 200: CloudOrderPage },
  answer: async ({ desk, caller, query }) => {
    const { orders, cursor } = await desk.list(caller, {
      scope: query.scope ?? (caller.isAdmin ? "organisation" : "own"),
      status: query.status,
      updatedSince: query.updated_since === undefined ? undefined : new Date(query.updated_since),
      cursor: query.cursor,
      limit: query.limit ?? DEFAULT_PAGE,
    });
    return { status: 200, body: { orders: orders.map(orderView), next_cursor: cursor ?? null } };
  },
});

const metadata = route({
  method: "GET",
  path: "/metadata",
  operationId: "metadata",
  summary: "What was said of an order's study beside its files.",
  scope: "orders:read",
  query: OrderReferenceQuery,
  answers: { 200: OrderMetadata },
  answer: async ({ desk, caller, query }) => {
    return { status: 200, body: await desk.metadata(caller, referenceOf(query)) };
  },
});

const addMetadata = route({
  method: "PATCH",
  path: "/add-metadata",
  operationId: "addMetadata",
  summary: "Says more of the study of an order that is not at work yet; keys that are not known are refused.",
  scope: "orders:write",
  query: OrderReferenceQuery,
  body: OrderMetadata,
  answers: { 200: CloudOrder },
  answer: async ({ desk, caller, query, body }) =>
    orderReply(await desk.addMetadata(caller, referenceOf(query), body)),
});

const cancelOrder = route({
  method: "PATCH",
  path: "/cancel-order",
  operationId: "cancelOrder",
  summary: "Ends an order for good.",
  scope: "orders:write",
  query: OrderReferenceQuery,
  answers: { 200: CloudOrder },
  answer: async ({ desk, caller, query }) => orderReply(await desk.cancel(caller, referenceOf(query))),
});

export const orderRoutes = [newOrder, status, listOrders, metadata, addMetadata, cancelOrder];
