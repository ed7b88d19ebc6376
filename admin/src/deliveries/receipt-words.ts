// What the lines of the receipt ledger are called, and what the other side answered as one line of text.

import type { Tone } from "@thalamus/sdk/ui";
import { phrase, say } from "@thalamus/sdk/ui";
import type { ListReceiptsAnswer } from "../api.gen.ts";

export type ReceiptRow = ListReceiptsAnswer["data"][number];
export type ReceiptOutcome = ReceiptRow["outcome"];

export const OUTCOME_WORDS: Readonly<Record<ReceiptOutcome, { word: string; tone: Tone; hint: string }>> = {
  delivered: { word: phrase("Delivered"), tone: "good", hint: phrase("The other side confirmed it.") },
  failed: { word: phrase("Failed"), tone: "bad", hint: phrase("Given up after this try.") },
  retried: {
    word: phrase("Tries again"),
    tone: "warning",
    hint: phrase("This try failed; another one followed."),
  },
  unknown: { word: phrase("Unclear"), tone: "warning", hint: phrase("Interrupted while sending.") },
  skipped: {
    word: phrase("Skipped by policy"),
    tone: "neutral",
    hint: phrase("Nothing to do here, on purpose."),
  },
};

/** `status 0x0000 · called AE PACS`; a sentence where the other side or the hub gave one. */
export function answerWords(answer: ReceiptRow["answer"]): string {
  const { message, ...facts } = answer;
  const told = Object.entries(facts).map(([name, value]) => `${plain(name)} ${valueWords(value)}`);
  return [...(typeof message === "string" ? [message] : []), ...told].join(" · ");
}

/** The same without checksums and sizes, for a line that only says that it arrived. */
export function briefAnswer(answer: ReceiptRow["answer"]): string {
  const facts = Object.entries(answer).filter(([name]) => !/(sha256|bytes)$/i.test(name));
  return answerWords(Object.fromEntries(facts));
}

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  sha256: "SHA-256",
  sop: "SOP",
  uid: "UID",
  ae: "AE",
  id: "id",
};

/** `sopInstanceUid` → `SOP instance UID` */
const plain = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(" ")
    .map((word) => ABBREVIATIONS[word.toLowerCase()] ?? word.toLowerCase())
    .join(" ");

const LONG_HEX = /^[0-9a-f]{40,}$/;

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? say("none") : value.map(valueWords).join(", ");
  if (value !== null && typeof value === "object") {
    return Object.entries(value)
      .map(([name, inner]) => `${plain(name)} ${valueWords(inner)}`)
      .join(" ");
  }
  const text = String(value);
  return LONG_HEX.test(text) ? `${text.slice(0, 12)}…` : text;
}
