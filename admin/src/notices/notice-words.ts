// What the states of a notification are called.
import type { Tone } from "@thalamus/sdk/ui";
import type { ListNoticesAnswer } from "../api.gen.ts";

export type NoticeRow = ListNoticesAnswer["data"][number];
export type NoticeState = NoticeRow["state"];

export const NOTICE_WORDS: Readonly<Record<NoticeState, { word: string; tone: Tone; hint: string }>> = {
  waiting: { word: "Waiting", tone: "neutral", hint: "Waits for its time, its digest, or its next try." },
  sending: { word: "Sending", tone: "work", hint: "Is on its way." },
  sent: { word: "Sent", tone: "good", hint: "The other side took it." },
  failed: { word: "Failed", tone: "bad", hint: "Given up after its tries." },
  suppressed: {
    word: "Suppressed",
    tone: "neutral",
    hint: "Not sent, on purpose; the reason stands beside it.",
  },
};
