// What the list of studies is filtered by: ids, names of machines and products, states and times; never a patient.
import { STATUS_WORDS, type StatusName } from "@thalamus/sdk/ui";
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
  { word: "Arriving", statuses: ["receiving"] },
  { word: "Held by QC", statuses: ["held"] },
  {
    word: "In progress",
    statuses: ["checking", "deidentifying", "waiting", "queued", "processing", "processed"],
  },
  { word: "Delivered", statuses: ["delivered"] },
  { word: "Failed", statuses: ["failed", "undelivered", "unknown"] },
];

export const QC_WORDS: Readonly<Record<StudyRow["qc"], string>> = {
  none: "Not run",
  passed: "Pass",
  failed: "Fail",
  bypassed: "Bypassed",
};

export const statusChoices = (Object.keys(STATUS_WORDS) as StatusName[]).map((name) => ({
  name,
  word: STATUS_WORDS[name].word,
}));

export const qcChoices = Object.entries(QC_WORDS).map(([name, word]) => ({ name, word }));
