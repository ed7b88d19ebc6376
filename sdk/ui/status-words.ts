// The words for what a study and a step are doing, the same on every surface.
import { phrase } from "./language.ts";
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
    word: phrase("Receiving"),
    hint: phrase("Images still come in, or the study is not quiet yet."),
    tone: "info",
  },
  checking: { word: phrase("Checking"), hint: phrase("Quality checks look at the study."), tone: "info" },
  deidentifying: {
    word: phrase("De-identifying"),
    hint: phrase("The copy that may leave the house is made."),
    tone: "work",
  },
  held: {
    word: phrase("Held"),
    hint: phrase("A quality check or the de-identification found something. A person has to look."),
    tone: "warning",
  },
  waiting: {
    word: phrase("Waiting"),
    hint: phrase("Checked, and nothing is ordered for it yet: it waits for an order."),
    tone: "neutral",
  },
  queued: { word: phrase("Queued"), hint: phrase("Waits for a free hand to process it."), tone: "neutral" },
  processing: { word: phrase("Processing"), hint: phrase("A product works on it."), tone: "work" },
  processed: {
    word: phrase("Processed"),
    hint: phrase("The result is there; it is not delivered yet."),
    tone: "work",
  },
  delivered: {
    word: phrase("Delivered"),
    hint: phrase("The result reached every destination."),
    tone: "good",
  },
  undelivered: {
    word: phrase("Not delivered"),
    hint: phrase("There is a result, but a destination did not take it."),
    tone: "bad",
  },
  failed: {
    word: phrase("Failed"),
    hint: phrase("No diagnostic result came of it. The panel says why."),
    tone: "bad",
  },
  unknown: {
    word: phrase("Unclear"),
    hint: phrase("Interrupted while sending. A person has to look what arrived."),
    tone: "warning",
  },
  cancelled: { word: phrase("Cancelled"), hint: phrase("Somebody stopped it."), tone: "neutral" },
};

export const STATE_WORDS: Readonly<Record<StepStateName, Words>> = {
  ready: { word: phrase("Waiting"), hint: phrase("Waits for its time or for a free hand."), tone: "neutral" },
  claimed: {
    word: phrase("Working"),
    hint: phrase("A hub works on it; nothing has left the house yet."),
    tone: "work",
  },
  acting: { word: phrase("Sending"), hint: phrase("Data is leaving the house."), tone: "work" },
  done: { word: phrase("Done"), hint: phrase("Ended well."), tone: "good" },
  held: { word: phrase("Held"), hint: phrase("Waits for a person."), tone: "warning" },
  rejected: { word: phrase("Failed"), hint: phrase("Given up; the message says why."), tone: "bad" },
  unknown: {
    word: phrase("Unclear"),
    hint: phrase("Interrupted while sending; only a person can tell what arrived."),
    tone: "warning",
  },
  cancelled: {
    word: phrase("Cancelled"),
    hint: phrase("Somebody or a newer revision stopped it."),
    tone: "neutral",
  },
  skipped: {
    word: phrase("Skipped by policy"),
    hint: phrase("Nothing to do here, on purpose."),
    tone: "neutral",
  },
};
