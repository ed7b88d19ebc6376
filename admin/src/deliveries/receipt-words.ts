// What the lines of the receipt ledger are called, and what the other side answered as one line of text.
import type { Tone } from "@thalamus/sdk/ui";
import type { ListReceiptsAnswer } from "../api.gen.ts";

export type ReceiptRow = ListReceiptsAnswer["data"][number];
export type ReceiptOutcome = ReceiptRow["outcome"];

export const OUTCOME_WORDS: Readonly<Record<ReceiptOutcome, { word: string; tone: Tone; hint: string }>> = {
  delivered: { word: "Delivered", tone: "good", hint: "The other side confirmed it." },
  failed: { word: "Failed", tone: "bad", hint: "Given up after this try." },
  retried: { word: "Tries again", tone: "warning", hint: "This try failed; another one followed." },
  unknown: { word: "Unclear", tone: "warning", hint: "Interrupted while sending." },
  skipped: { word: "Skipped by policy", tone: "neutral", hint: "Nothing to do here, on purpose." },
};

/** `status 0, sopInstanceUid 2.25.1`; a sentence where the other side or the hub gave one. */
export function answerWords(answer: ReceiptRow["answer"]): string {
  const { message, ...facts } = answer;
  const told = Object.entries(facts).map(([name, value]) => `${plain(name)} ${valueWords(value)}`);
  return [...(typeof message === "string" ? [message] : []), ...told].join(" · ");
}

/** `controlId` → `control id` */
const plain = (name: string): string =>
  name.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, capital: string) => `${before} ${capital.toLowerCase()}`,
  );

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueWords).join(", ");
  if (value !== null && typeof value === "object") {
    return Object.entries(value)
      .map(([name, inner]) => `${plain(name)} ${valueWords(inner)}`)
      .join(" ");
  }
  return String(value);
}
