// Shows whether the page follows the hub by itself.
import { Box, Tooltip } from "@mui/material";
import { clockTime, say, type Tone, toneColors } from "@thalamus/sdk/ui";
import { useLive } from "./live-provider.tsx";

export function LiveChip() {
  const { state, since } = useLive();
  const live = state === "live";
  const word = live ? say("Live") : state === "connecting" ? say("Connecting") : say("Reconnecting");
  const tone: Tone = live ? "good" : "warning";
  const hint = live
    ? say("What you see changes by itself")
    : say("Not live since %{time}; it comes back by itself", { time: clockTime(since) });
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
