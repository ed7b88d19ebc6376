// One chip for each destination of a result.

import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import HourglassEmptyOutlined from "@mui/icons-material/HourglassEmptyOutlined";
import { Box } from "@mui/material";
import { STATE_WORDS, say, ToneChip } from "@thalamus/sdk/ui";
import type { ResultRow } from "../api.gen.ts";
import { useTryWords } from "../layout/rules.ts";

export function DeliveryChips({ deliveries }: Pick<ResultRow, "deliveries">) {
  const tryWords = useTryWords();
  if (deliveries.length === 0) return <Box sx={{ color: "text.secondary" }}>{say("no destination")}</Box>;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }}>
      {deliveries.map(({ target, state, attempt }) => {
        const { tone } = STATE_WORDS[state];
        const word = say(STATE_WORDS[state].word);
        const icon =
          tone === "good" ? CheckCircleOutlined : tone === "bad" ? ErrorOutlined : HourglassEmptyOutlined;
        const tries = attempt > 1 ? `, ${tryWords(attempt)}` : "";
        const shown = state === "done" ? target : `${target}: ${word.toLowerCase()}${tries}`;
        return (
          <ToneChip key={target} tone={tone} icon={icon} word={shown} hint={`${target}: ${word}${tries}`} />
        );
      })}
    </Box>
  );
}
