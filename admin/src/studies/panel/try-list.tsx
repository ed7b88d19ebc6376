// The tries of a delivery as the receipt ledger has them: when, how it ended, what the other side answered, which bytes.
import { Box } from "@mui/material";
import { say, TimeText } from "@thalamus/sdk/ui";
import { Checksum } from "../../deliveries/checksum.tsx";
import { OutcomeChip } from "../../deliveries/outcome-chip.tsx";
import { answerWords, type ReceiptRow } from "../../deliveries/receipt-words.ts";

export function TryList({ receipts }: { readonly receipts: readonly ReceiptRow[] }) {
  return (
    <Box component="ol" aria-label={say("Receipts, newest first")} sx={LIST}>
      {receipts.map(({ id, at, outcome, attempt, code, answer, sha256 }) => (
        <Box component="li" key={id} sx={{ display: "grid", gap: 0.25 }}>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
            <OutcomeChip outcome={outcome} />
            <Box component="span" sx={{ color: "text.secondary" }}>
              {say("try %{attempt}", { attempt })} · <TimeText at={at} />
            </Box>
            {code !== null && (
              <Box component="code" sx={{ color: "text.secondary" }}>
                {code}
              </Box>
            )}
          </Box>
          <Box sx={{ overflowWrap: "anywhere", "&:empty": { display: "none" } }}>{answerWords(answer)}</Box>
          {sha256 !== null && (
            <span>
              {say("report SHA-256")} <Checksum sha256={sha256} />
            </span>
          )}
        </Box>
      ))}
    </Box>
  );
}

const LIST = {
  display: "grid",
  gap: 1.25,
  listStyle: "none",
  m: 0,
  mt: 0.5,
  pl: 1.5,
  borderLeft: 2,
  borderColor: "divider",
  fontSize: "0.8125rem",
} as const;
