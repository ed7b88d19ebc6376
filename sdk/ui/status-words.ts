// The words for what a study and a step are doing, the same on every surface.
import type { Tone } from "./tone.ts";

export type StatusName =
  | "receiving"
  | "checking"
  | "deidentifying"
  | "held"
  | "waiting"
  | "queued"
  | "processing"
  | "processed"
  | "delivered"
  | "undelivered"
  | "failed"
  | "unknown"
  | "cancelled";

export type StepStateName =
  | "ready"
  | "claimed"
  | "acting"
  | "done"
  | "held"
  | "rejected"
  | "unknown"
  | "cancelled"
  | "skipped";

export interface Words {
  readonly word: string;
  /** One sentence for a tooltip. */
  readonly hint: string;
  readonly tone: Tone;
}

/** In the order of the route; those that need a person's eye stand before the ends. */
export const STATUS_WORDS: Readonly<Record<StatusName, Words>> = {
  receiving: {
    word: "Receiving",
    hint: "Images still come in, or the study is not quiet yet.",
    tone: "info",
  },
  checking: { word: "Checking", hint: "Quality checks look at the study.", tone: "info" },
  deidentifying: { word: "De-identifying", hint: "The copy that may leave the house is made.", tone: "work" },
  held: {
    word: "Held",
    hint: "A quality check or the de-identification found something. A person has to look.",
    tone: "warning",
  },
  waiting: {
    word: "Waiting",
    hint: "Checked, and nothing is ordered for it yet: it waits for an order.",
    tone: "neutral",
  },
  queued: { word: "Queued", hint: "Waits for a free hand to process it.", tone: "neutral" },
  processing: { word: "Processing", hint: "A product works on it.", tone: "work" },
  processed: { word: "Processed", hint: "The result is there; it is not delivered yet.", tone: "work" },
  delivered: { word: "Delivered", hint: "The result reached every destination.", tone: "good" },
  undelivered: {
    word: "Not delivered",
    hint: "There is a result, but a destination did not take it.",
    tone: "bad",
  },
  failed: { word: "Failed", hint: "No diagnostic result came of it. The panel says why.", tone: "bad" },
  unknown: {
    word: "Unclear",
    hint: "Interrupted while sending. A person has to look what arrived.",
    tone: "warning",
  },
  cancelled: { word: "Cancelled", hint: "Somebody stopped it.", tone: "neutral" },
};

export const STATE_WORDS: Readonly<Record<StepStateName, Words>> = {
  ready: { word: "Waiting", hint: "Waits for its time or for a free hand.", tone: "neutral" },
  claimed: { word: "Working", hint: "A hub works on it; nothing has left the house yet.", tone: "work" },
  acting: { word: "Sending", hint: "Data is leaving the house.", tone: "work" },
  done: { word: "Done", hint: "Ended well.", tone: "good" },
  held: { word: "Held", hint: "Waits for a person.", tone: "warning" },
  rejected: { word: "Failed", hint: "Given up; the message says why.", tone: "bad" },
  unknown: {
    word: "Unclear",
    hint: "Interrupted while sending; only a person can tell what arrived.",
    tone: "warning",
  },
  cancelled: { word: "Cancelled", hint: "Somebody or a newer revision stopped it.", tone: "neutral" },
  skipped: { word: "Skipped by policy", hint: "Nothing to do here, on purpose.", tone: "neutral" },
};
