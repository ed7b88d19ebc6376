// What the calls of generation 1 bring: JSON in which numbers may be texts, as each client library writes them.

import { type Static, type TSchema, Type } from "@thalamus/sdk";
import { Ajv2020 } from "ajv/dist/2020.js";
import { refusal } from "./error-words.ts";

const ajv = new Ajv2020({ coerceTypes: true, strict: true });

const OrderId = Type.String({ maxLength: 200 });
const Format = Type.String({ maxLength: 20 });
const Index = Type.Integer({ minimum: 0, maximum: 100_000 });
const PartNumber = Type.Integer({ minimum: 1, maximum: 10_000 });
const UploadId = Type.String({ maxLength: 200 });

export const NoFields = Type.Object({});
export const OrderFields = Type.Object({ orderId: OrderId });
/** `datasetId` is the order's id in every client, and says nothing more. */
export const UploadFields = Type.Object({ orderId: OrderId, zipIndex: Index });
export const PartFields = Type.Object({ orderId: OrderId, uploadId: UploadId, partNumber: PartNumber });
export const CompleteFields = Type.Object({
  orderId: OrderId,
  uploadId: UploadId,
  uploadParts: Type.Array(Type.Object({ PartNumber, ETag: Type.String({ maxLength: 200 }) }), {
    minItems: 1,
    maxItems: 10_000,
  }),
  finalPart: Type.Integer({ minimum: 0, maximum: 1 }),
});
export const RunFields = Type.Object({
  orderId: OrderId,
  productName: Type.String({ minLength: 1, maxLength: 100 }),
});
export const FormatFields = Type.Object({ orderId: OrderId, format: Format });
export const ReportFields = Type.Object({
  startDate: Type.String({ maxLength: 20 }),
  endDate: Type.String({ maxLength: 20 }),
  format: Format,
});

/**
 * @returns reads the fields of a call out of its decrypted body; what it does not know is passed by
 * @throws Refusal `cloud-api.bad-request`
 */
export function fieldsOf<const S extends TSchema>(schema: S): (body: unknown) => Static<S> {
  const fits = ajv.compile(schema);
  return (body) => {
    if (!fits(body)) throw refusal("bad-request");
    return body as Static<S>;
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids of the hub are UUIDs; anything else is nobody's. @throws Refusal in the words for an order that is not there */
export function requireUuid(text: string): string {
  if (!UUID.test(text)) throw refusal("unknown-order");
  return text.toLowerCase();
}
