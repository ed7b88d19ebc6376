// What the quality checks of a study came to, in one chip.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import RemoveCircleOutlined from "@mui/icons-material/RemoveCircleOutlined";
import { Box } from "@mui/material";
import { say, type Tone, ToneChip } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import type { StudyRow } from "../api.gen.ts";
import { QC_WORDS } from "./study-filter.ts";

const LOOKS: Readonly<Record<Exclude<StudyRow["qc"], "none">, { tone: Tone; icon: ElementType }>> = {
  passed: { tone: "good", icon: CheckCircleOutlined },
  failed: { tone: "bad", icon: ErrorOutlined },
  bypassed: { tone: "warning", icon: RemoveCircleOutlined },
};

export function QcChip({ qc }: Pick<StudyRow, "qc">) {
  // nothing to look at is nothing loud
  if (qc === "none")
    return (
      <Box sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>{say(QC_WORDS.none).toLowerCase()}</Box>
    );
  return <ToneChip {...LOOKS[qc]} word={say(QC_WORDS[qc])} />;
}
