// Orders of the cloud API that are reported on together.
import { type Static, Type } from "typebox";

const sealed = { additionalProperties: false };
const Uuid = Type.String({ format: "uuid" });

/** Body of `POST /new-batch`; every order in it is run through just these products. */
export const NewBatch = Type.Object(
  {
    batch_name: Type.String({ minLength: 1, maxLength: 100 }),
    products: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, uniqueItems: true }),
  },
  sealed,
);
export type NewBatch = Static<typeof NewBatch>;

export const CloudBatch = Type.Object({
  batch_id: Uuid,
  batch_name: Type.String(),
  products: Type.Array(Type.String()),
  created_at: Type.String({ format: "date-time" }),
});
export type CloudBatch = Static<typeof CloudBatch>;

/** Body of `PATCH /associate-order-to-batch`; 409 when the products differ. Answers with the order. */
export const BatchMembership = Type.Object({ order_id: Uuid, batch_id: Uuid }, sealed);
export type BatchMembership = Static<typeof BatchMembership>;
