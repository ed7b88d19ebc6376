// One order in hand: its step, its memo, and the cloud it is for.
import type { OutboundStep } from "@thalamus/sdk";
import type { Cloud } from "../cloud.ts";
import type { PlacedOrder } from "./memo.ts";
import type { Notebook } from "./notebook.ts";

export interface OrderWork {
  readonly step: OutboundStep;
  readonly cloud: Cloud;
  readonly book: Notebook;
}

/** An order that the cloud knows. */
export type KnownOrder = PlacedOrder & { readonly id: string };

/** Names of what an order waits for, as screens show them; how the cloud itself is away is in trouble.ts. */
export const STAGES = {
  sending: "sending to the cloud",
  queued: "waits in the cloud",
  processing: "processed in the cloud",
  fetching: "fetching the result",
} as const;

/** Sending is the first third of the way, processing the rest. */
const SENT = 0.3;
const PROCESSED = 0.95;

export const sendingProgress = (share: number): number => share * SENT;
export const cloudProgress = (percent: number): number => SENT + (percent / 100) * (PROCESSED - SENT);
