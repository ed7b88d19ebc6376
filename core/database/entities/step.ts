// A step: one study or result, one phase, one plugin, one target. The row is the business truth.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Memo, Outcome } from "@thalamus/sdk";
import { PHASES, STEP_STATES } from "../../steps/step-state.ts";
import { Order } from "./order.ts";
import { Result } from "./result.ts";
import { Study } from "./study.ts";

export const Step = defineEntity({
  name: "Step",
  tableName: "step",
  indexes: [
    { properties: ["study", "revision"] },
    { properties: ["state", "hubId"] },
    { properties: ["order"] },
    { properties: ["result"] },
    { properties: ["reference"] },
  ],
  properties: {
    id: p.uuid().primary(),
    study: () => p.manyToOne(Study).deleteRule("cascade"),
    revision: p.integer(),
    phase: p.enum(PHASES),
    /** Name of the configured plugin entry that works on it; for deliveries this is the destination. */
    target: p.string(),
    order: () => p.manyToOne(Order).deleteRule("cascade").nullable(),
    result: () => p.manyToOne(Result).deleteRule("cascade").nullable(),
    state: p.enum(STEP_STATES).default("ready"),
    attempt: p.integer().default(0),
    notBefore: p.datetime(6).nullable(),
    /** Fencing token of the claim: a settlement with another one is refused. */
    claimToken: p.uuid().nullable(),
    hubId: p.uuid().nullable(),
    progress: p.float().nullable(),
    stage: p.text().nullable(),
    /** What its plugin wrote down for the next try; no screen shows it. */
    memo: p.json<Memo>().nullable(),
    /** What the other side calls the order. */
    reference: p.string().length(128).nullable(),
    /** One more each time a person has it begun again. */
    round: p.integer().default(1),
    /** Since when somebody else is at work on it, whether or not a hub is looking right now. */
    waitingSince: p.datetime(6).nullable(),
    /** When the other side had all it needs. */
    sentAt: p.datetime(6).nullable(),
    /** Ids of lines that a person let pass after the step was held. */
    released: p.json<string[]>().defaultRaw("'[]'::jsonb"),
    outcome: p.json<Outcome>().nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    claimedAt: p.datetime(6).nullable(),
    settledAt: p.datetime(6).nullable(),
  },
});

export type StepRow = InferEntity<typeof Step>;
