// What the states of a notification are called.
import type { Tone } from "@thalamus/sdk/ui";
import { phrase } from "@thalamus/sdk/ui";
import type { ListNoticesAnswer } from "../api.gen.ts";

export type NoticeRow = ListNoticesAnswer["data"][number];
export type NoticeState = NoticeRow["state"];

export const NOTICE_WORDS: Readonly<Record<NoticeState, { word: string; tone: Tone; hint: string }>> = {
  waiting: {
    word: phrase("Waiting"),
    tone: "neutral",
    hint: phrase("Waits for its time, its digest, or its next try."),
  },
  sending: { word: phrase("Sending"), tone: "work", hint: phrase("Is on its way.") },
  sent: { word: phrase("Sent"), tone: "good", hint: phrase("The other side took it.") },
  failed: { word: phrase("Failed"), tone: "bad", hint: phrase("Given up after its tries.") },
  suppressed: {
    word: phrase("Suppressed"),
    tone: "neutral",
    hint: phrase("Not sent, on purpose; the reason stands beside it."),
  },
};
