// What the quality checks of a study came to, in one chip.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import RemoveCircleOutlined from "@mui/icons-material/RemoveCircleOutlined";
import { type Tone, ToneChip } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import type { StudyRow } from "../api.gen.ts";
import { QC_WORDS } from "./study-filter.ts";

const LOOKS: Readonly<Record<StudyRow["qc"], { tone: Tone; icon: ElementType }>> = {
  none: { tone: "neutral", icon: BlockOutlined },
  passed: { tone: "good", icon: CheckCircleOutlined },
  failed: { tone: "bad", icon: ErrorOutlined },
  bypassed: { tone: "warning", icon: RemoveCircleOutlined },
};

export function QcChip({ qc }: Pick<StudyRow, "qc">) {
  return <ToneChip {...LOOKS[qc]} word={QC_WORDS[qc]} />;
}
