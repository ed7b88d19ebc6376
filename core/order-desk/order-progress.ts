// How far an order is, and in which words: for people, and for clients that draw a bar.

import type { InferEntity } from "@mikro-orm/core";
import type { CloudOrderRow } from "../database/entities/cloud-order.ts";
import type { Step } from "../database/entities/step.ts";
import type { StudyStatus } from "../studies/transitions.ts";

type StepSight = Pick<InferEntity<typeof Step>, "phase" | "state" | "progress" | "stage">;

export interface OrderState {
  readonly order: Pick<CloudOrderRow, "status" | "filesState" | "message">;
  /** Undefined when there is none, or no longer. */
  readonly study: StudyStatus | undefined;
  /** Processing steps of the products that count; a product without one yet has none here. */
  readonly running: readonly StepSight[];
  /** Products that have ended, and how many there are. */
  readonly ended: number;
  readonly wanted: number;
}

/** Part of the way that lies before processing. */
const TAKEN_IN = 0.02;
const CHECKED = 0.1;

/** @returns 0 to 1 */
export function progressOf({ order, study, running, ended, wanted }: OrderState): number {
  if (order.status === "DELIVERED") return 1;
  if (order.filesState === "awaited" || order.filesState === "refused") return 0;
  if (order.filesState === "complete") return TAKEN_IN;
  if (study === "checking" || study === "deidentifying" || study === "held") return CHECKED / 2;
  const open = running.filter(({ state }) => state === "claimed" || state === "acting");
  const worked = ended + open.reduce((sum, { progress }) => sum + (progress ?? 0), 0);
  return CHECKED + (1 - CHECKED) * Math.min(1, worked / Math.max(1, wanted));
}

/** Without PHI; `Finished` is what clients of generation 1 know. */
export function infoOf({ order, study, running }: OrderState): string {
  switch (order.status) {
    case "DELIVERED":
      return "Finished";
    case "FAILED":
      return "Failed";
    case "CANCELLED":
      return order.message ?? "Cancelled";
    case "EXPIRED":
      return "Expired";
    case "PENDING":
    case "DX_STARTED":
      break;
  }
  if (order.filesState === "awaited") return order.message ?? "Waiting for data";
  if (order.filesState === "complete") return order.message ?? "Taking the data in";
  const working = running.find(({ state }) => state === "claimed" || state === "acting");
  if (working) return working.stage || "Processing";
  return STUDY_INFO[study ?? "queued"] ?? "Waiting for its turn";
}

const STUDY_INFO: Readonly<Partial<Record<StudyStatus, string>>> = {
  checking: "Checking",
  deidentifying: "De-identifying",
  held: "Waiting for a person at the hub",
  unknown: "Waiting for a person at the hub",
  waiting: "Waiting for a product",
};

/** Seconds until it makes sense to ask again; undefined when it is over. */
export function pollAfter({ order, study }: OrderState): number | undefined {
  if (order.status !== "PENDING" && order.status !== "DX_STARTED") return undefined;
  if (order.filesState === "complete" || study === "checking" || study === "deidentifying") return 5;
  return order.status === "DX_STARTED" && study !== "held" ? 15 : 60;
}
