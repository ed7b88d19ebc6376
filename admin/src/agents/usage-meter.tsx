// How much of something of a machine is used: words, and a bar that grows loud when little is left.
import { Box } from "@mui/material";
import { type Tone, toneColors } from "@thalamus/sdk/ui";

export interface UsageMeterProps {
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
  /** How much that is. */
  readonly words: string;
}

const toneOf = (share: number): Tone => (share >= 0.95 ? "bad" : share >= 0.85 ? "warning" : "work");

export function UsageMeter({ name, share, words }: UsageMeterProps) {
  return (
    <Box sx={{ fontSize: "0.8125rem" }}>
      <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1, mb: 0.5 }}>
        <span>
          {name} {Math.round(100 * share)} %
        </span>
        <Box component="span" sx={{ color: "text.secondary", textAlign: "right" }}>
          {words}
        </Box>
      </Box>
      <Box aria-hidden sx={{ height: 6, borderRadius: 3, overflow: "hidden", bgcolor: "action.hover" }}>
        <Box
          sx={(theme) => ({
            height: 1,
            width: `${100 * Math.min(1, share)}%`,
            backgroundColor: toneColors(theme, toneOf(share)).strong,
          })}
        />
      </Box>
    </Box>
  );
}
