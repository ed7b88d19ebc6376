// An order of the cloud API: one study to be run through the products of its list.
import { type Static, Type } from "typebox";
import { OrderMetadata } from "./metadata.ts";

/**
 * `PENDING`: waits for its data; `DX_STARTED`: at work; the others are terminal. `EXPIRED`: its data and results are
 * gone, only the line is left.
 */
export const CLOUD_STATUSES = [
  "PENDING",
  "DX_STARTED",
  "DELIVERED",
  "FAILED",
  "CANCELLED",
  "EXPIRED",
] as const;
export type CloudStatus = (typeof CLOUD_STATUSES)[number];

const Uuid = Type.String({ format: "uuid" });
const When = Type.String({ format: "date-time" });
const Or = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const sealed = { additionalProperties: false };

/** Body of `POST /new-order`. The header `Idempotency-Key` makes a repeat answer with the order of the first time. */
export const NewCloudOrder = Type.Object(
  {
    products: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
    }),
    study_uid: Type.Optional(
      Type.String({ description: "StudyInstanceUID (0020,000D) of what will be sent", maxLength: 64 }),
    ),
    patient_pseudonym: Type.Optional(
      Type.String({ description: "PatientID (0010,0020) of what will be sent", maxLength: 64 }),
    ),
    study_name: Type.Optional(
      Type.String({ description: "Unique in the organisation; chosen by people", maxLength: 50 }),
    ),
    batch_id: Type.Optional(Uuid),
    metadata: Type.Optional(OrderMetadata),
  },
  sealed,
);
export type NewCloudOrder = Static<typeof NewCloudOrder>;

/** One result of an order that is there to be fetched. */
export const ResultSummary = Type.Object({
  product: Type.String(),
  kind: Type.Union([Type.Literal("diagnostic"), Type.Literal("failure")]),
  report_types: Type.Array(Type.String()),
});

/** Answer of `POST /new-order`, `GET /status` and all that changes an order; an element of `GET /list-orders`. */
export const CloudOrder = Type.Object({
  order_id: Uuid,
  status: Type.Enum(CLOUD_STATUSES),
  progress: Type.Integer({ minimum: 0, maximum: 100 }),
  info: Type.String({ description: "What is being done, for people" }),
  products: Type.Array(Type.String()),
  study_uid: Or(Type.String()),
  study_name: Or(Type.String()),
  batch_id: Or(Uuid),
  batch_name: Or(Type.String()),
  created_at: When,
  updated_at: When,
  expires_at: Or(When),
  failure: Or(Type.Object({ code: Type.String(), message: Type.String() })),
  results: Type.Array(ResultSummary),
  /** Seconds until it makes sense to ask again; null when it is over. As the header Retry-After. */
  poll_after: Or(Type.Integer({ minimum: 1 })),
});
export type CloudOrder = Static<typeof CloudOrder>;

/**
 * Which order a request is about, in the query of `GET /status`, `GET /metadata`, `PATCH /add-metadata`,
 * `PATCH /cancel-order`, `GET /results` and `GET /failure-report`: one of the two. Of several orders with one study
 * UID it is the newest.
 */
export const orderReference = {
  order_id: Type.Optional(Uuid),
  study_uid: Type.Optional(Type.String({ pattern: "^[0-9.]+$", maxLength: 64 })),
};
export const OrderReferenceQuery = Type.Object(orderReference, sealed);

/** Query of `GET /list-orders`; oldest change first, so that a reader can go on from the last `updated_at` it saw. */
export const CloudOrderQuery = Type.Object(
  {
    scope: Type.Optional(Type.Union([Type.Literal("own"), Type.Literal("organisation")])),
    status: Type.Optional(Type.Enum(CLOUD_STATUSES)),
    updated_since: Type.Optional(When),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  sealed,
);

/** Answer of `GET /list-orders`; `next_cursor` is null on the last page. */
export const CloudOrderPage = Type.Object({
  orders: Type.Array(CloudOrder),
  next_cursor: Or(Type.String()),
});
export type CloudOrderPage = Static<typeof CloudOrderPage>;
