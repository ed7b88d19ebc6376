// How a try to deliver ended, as a chip.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import HelpOutlined from "@mui/icons-material/HelpOutlined";
import RedoOutlined from "@mui/icons-material/RedoOutlined";
import ReplayOutlined from "@mui/icons-material/ReplayOutlined";
import { say, ToneChip } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import { OUTCOME_WORDS, type ReceiptOutcome } from "./receipt-words.ts";

const ICONS: Readonly<Record<ReceiptOutcome, ElementType>> = {
  delivered: CheckCircleOutlined,
  failed: ErrorOutlined,
  retried: ReplayOutlined,
  unknown: HelpOutlined,
  skipped: RedoOutlined,
};

export function OutcomeChip({ outcome }: { readonly outcome: ReceiptOutcome }) {
  const { word, hint, tone } = OUTCOME_WORDS[outcome];
  return <ToneChip tone={tone} word={say(word)} hint={say(hint)} icon={ICONS[outcome]} />;
}
