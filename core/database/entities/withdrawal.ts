// A withdrawal: the other side is still to be told that an order of ours is off.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Memo } from "@thalamus/sdk";

/** Stands apart from step and study, which may be deleted before the other side can be reached. */
export const Withdrawal = defineEntity({
  name: "Withdrawal",
  tableName: "withdrawal",
  indexes: [{ properties: ["dueAt"] }],
  properties: {
    /** Of the step. */
    id: p.uuid().primary(),
    studyId: p.uuid(),
    target: p.string(),
    product: p.string(),
    memo: p.json<Memo>(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    dueAt: p.datetime(6),
    tries: p.integer().default(0),
    /** The hub that is telling now. */
    hubId: p.uuid().nullable(),
  },
});

export type WithdrawalRow = InferEntity<typeof Withdrawal>;
