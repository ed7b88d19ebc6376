// orders of an agent in four numbers, if its site lets it tell.
import { Box } from "@mui/material";
import { say, type Tone, toneColors } from "@thalamus/sdk/ui";
import type { Heartbeat } from "../api.gen.ts";
import { NotShared } from "./not-shared.tsx";

export function AgentOrders({ orders }: { readonly orders: Heartbeat["orders"] }) {
  if (!orders) return <NotShared what={say("Orders")} />;
  return (
    <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "repeat(4, auto)", gap: 1, m: 0 }}>
      <Count word={say("Completed")} count={orders.processed} />
      <Count word={say("In progress")} count={orders.in_progress} />
      <Count word={say("Waiting")} count={orders.waiting} />
      <Count word={say("Failed")} count={orders.failed} tone="bad" />
    </Box>
  );
}

interface CountProps {
  readonly word: string;
  readonly count: number;
  readonly tone?: Tone;
}

function Count({ word, count, tone = "neutral" }: CountProps) {
  const loud = count > 0 ? tone : "neutral";
  return (
    <Box
      sx={(theme) => ({
        display: "flex",
        // a term stands before its description; the eye wants the number first
        flexDirection: "column-reverse",
        justifyContent: "flex-end",
        minWidth: 0,
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
      <Box component="dd" sx={{ m: 0, fontSize: "1.125rem", fontWeight: 650, lineHeight: 1.3 }}>
        {new Intl.NumberFormat(undefined, { notation: count > 99_999 ? "compact" : "standard" }).format(
          count,
        )}
      </Box>
    </Box>
  );
}
