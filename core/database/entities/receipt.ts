// One try to deliver a result: what was sent where, when, and what the other side answered. Rows are only added.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const RECEIPT_OUTCOMES = ["delivered", "failed", "retried", "unknown", "skipped"] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];

/** Ids without a foreign key: a receipt outlives the study it tells of, and names nobody. */
export const Receipt = defineEntity({
  name: "Receipt",
  tableName: "receipt",
  indexes: [{ properties: ["resultId", "id"] }, { properties: ["at"] }],
  properties: {
    id: p.bigint("bigint").primary().autoincrement(),
    at: p.datetime(6).defaultRaw("clock_timestamp()"),
    studyId: p.uuid(),
    orderId: p.uuid(),
    resultId: p.uuid(),
    stepId: p.uuid(),
    target: p.string(),
    attempt: p.integer(),
    outcome: p.enum(RECEIPT_OUTCOMES),
    /** Of the report that was delivered; null where nothing was, or a person says so. Lower-case hex. */
    sha256: p.character().length(64).nullable(),
    /** What the other side answered, or what went wrong. */
    code: p.string().nullable(),
    answer: p.json<Readonly<Record<string, unknown>>>().defaultRaw("'{}'::jsonb"),
  },
});

export type ReceiptRow = InferEntity<typeof Receipt>;
