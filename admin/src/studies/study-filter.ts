// What the list of studies is filtered by: ids, names of machines and products, states and times; never a patient.
import { phrase, STATUS_WORDS, type StatusName, say } from "@thalamus/sdk/ui";
import type { ListStudiesQuery, StudyRow } from "../api.gen.ts";

export type StudyFilter = Pick<
  ListStudiesQuery,
  "status" | "q" | "group" | "qc" | "product" | "source" | "modality" | "from" | "until" | "ids"
>;

export interface TabEntry {
  readonly word: string;
  readonly statuses: readonly StatusName[];
}

/** The tabs of the list. What waits for an order is in progress, what was cancelled is under All alone. */
export const TABS: readonly TabEntry[] = [
  { word: phrase("Arriving"), statuses: ["receiving"] },
  { word: phrase("Held by QC"), statuses: ["held"] },
  {
    word: phrase("In progress"),
    statuses: ["checking", "deidentifying", "waiting", "queued", "processing", "processed"],
  },
  { word: phrase("Delivered"), statuses: ["delivered"] },
  { word: phrase("Failed"), statuses: ["failed", "undelivered", "unknown"] },
];

export const QC_WORDS: Readonly<Record<StudyRow["qc"], string>> = {
  none: phrase("Not run"),
  passed: phrase("Pass"),
  failed: phrase("Fail"),
  bypassed: phrase("Bypassed"),
};

export const statusChoices = () =>
  (Object.keys(STATUS_WORDS) as StatusName[]).map((name) => ({ name, word: say(STATUS_WORDS[name].word) }));

export const qcChoices = () => Object.entries(QC_WORDS).map(([name, word]) => ({ name, word: say(word) }));
