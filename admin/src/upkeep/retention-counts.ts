// What retention would delete, line by line, for the preview and for the question before a run.
import { fileSize, numberText, phrase } from "@thalamus/sdk/ui";
import type { PreviewRetentionAnswer } from "../api.gen.ts";

type Sight = PreviewRetentionAnswer;

export const recordCount = ({ uploads, hubs, receipts, notices }: Sight): number =>
  uploads + hubs + receipts + notices;

const number = (count: number): string => numberText(count);

export interface CountLine {
  readonly title: string;
  readonly count: (sight: Sight) => string;
  /** Stays, for comparison. */
  readonly stays?: boolean;
}

export const COUNT_LINES: readonly CountLine[] = [
  {
    title: phrase("Studies, with their files and all values of their patients"),
    count: ({ studies }) =>
      studies.count === 0 ? "0" : `${number(studies.count)} (${fileSize(studies.bytes)})`,
  },
  { title: phrase("Records of uploads"), count: ({ uploads }) => number(uploads) },
  { title: phrase("Records of hub processes"), count: ({ hubs }) => number(hubs) },
  { title: phrase("Receipts"), count: ({ receipts }) => number(receipts) },
  { title: phrase("Notifications"), count: ({ notices }) => number(notices) },
  {
    title: phrase("Log files"),
    count: ({ logs }) => (logs.files === 0 ? "0" : `${number(logs.files)} (${fileSize(logs.bytes)})`),
  },
  {
    title: phrase("Studies as old that stay, because something about them is not done"),
    count: ({ unfinished }) => number(unfinished),
    stays: true,
  },
];
