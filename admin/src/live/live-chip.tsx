// Shows whether the page follows the hub by itself.
import { Box, Tooltip } from "@mui/material";
import { clockTime, type Tone, toneColors } from "@thalamus/sdk/ui";
import { useLive } from "./live-provider.tsx";

export function LiveChip() {
  const { state, since } = useLive();
  const live = state === "live";
  const word = live ? "Live" : state === "connecting" ? "Connecting" : "Reconnecting";
  const tone: Tone = live ? "good" : "warning";
  const hint = live
    ? "What you see changes by itself"
    : `Not live since ${clockTime(since)}; it comes back by itself`;
  return (
    <Tooltip title={hint}>
      <Box
        component="span"
        role="status"
        sx={(theme) => ({
          display: "inline-flex",
          alignItems: "center",
          gap: 0.75,
          height: 28,
          px: 1.25,
          borderRadius: 14,
          fontSize: "0.8125rem",
          fontWeight: 600,
          color: toneColors(theme, tone).text,
          bgcolor: toneColors(theme, tone).soft,
        })}
      >
        <Box
          component="span"
          sx={(theme) => ({
            width: 8,
            height: 8,
            borderRadius: "50%",
            bgcolor: toneColors(theme, tone).strong,
          })}
        />
        {word}
      </Box>
    </Tooltip>
  );
}
