// A lane in four numbers; those that want a person lead to what they count.
import { Box, Link } from "@mui/material";
import { numberText, say, type Tone, toneColors } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import type { DestinationRow } from "./delivery-target.ts";

export function LaneCounts({ destination }: { readonly destination: DestinationRow }) {
  const { name, waiting, running, unknown, failed } = destination;
  const receipts = (outcome: string) =>
    `/deliveries/receipts?${new URLSearchParams({ target: name, outcome })}`;
  return (
    <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "repeat(4, 1fr)", gap: 1, m: 0 }}>
      <Count word={say("Waiting")} count={waiting} tone="neutral" />
      <Count word={say("Running")} count={running} tone="neutral" />
      <Count word={say("Unclear")} count={unknown} tone="warning" to={receipts("unknown")} />
      <Count word={say("Failed")} count={failed} tone="bad" to={receipts("failed")} />
    </Box>
  );
}

interface CountProps {
  readonly word: string;
  readonly count: number;
  readonly tone: Tone;
  readonly to?: string;
}

/** A number with its word; loud only when there is something. */
export function Count({ word, count, tone, to }: CountProps) {
  const loud = count > 0 ? tone : "neutral";
  const number = numberText(count);
  return (
    <Box
      sx={(theme) => ({
        display: "flex",
        // a term stands before its description; the eye wants the number first
        flexDirection: "column-reverse",
        px: 1,
        py: 0.75,
        borderRadius: 1,
        color: toneColors(theme, loud).text,
        bgcolor: toneColors(theme, loud).soft,
      })}
    >
      <Box component="dt" sx={{ fontSize: "0.75rem" }}>
        {word}
      </Box>
      <Box component="dd" sx={{ m: 0, fontSize: "1.25rem", fontWeight: 650, lineHeight: 1.3 }}>
        {to !== undefined && count > 0 ? (
          <Link
            component={RouterLink}
            to={to}
            color="inherit"
            aria-label={say("%{number}: show their receipts", { number })}
          >
            {number}
          </Link>
        ) : (
          number
        )}
      </Box>
    </Box>
  );
}
