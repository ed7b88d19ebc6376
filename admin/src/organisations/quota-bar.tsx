// How much of a key's quota is used, as a bar with its numbers in words.
import { Box } from "@mui/material";
import { say, type Tone, toneColors } from "@thalamus/sdk/ui";
import type { CloudKeyInfo } from "../api.gen.ts";
import { counted } from "./organisation-words.ts";

/** From this share on it is worth a look. */
const NEARLY = 0.9;

export function QuotaBar({ used, quota }: Pick<CloudKeyInfo, "used" | "quota">) {
  if (quota === null) return <Box sx={WORDS}>{say("%{used}, no quota", { used: counted(used, "run") })}</Box>;
  const share = quota === 0 ? 1 : used / quota;
  const tone: Tone = share >= 1 ? "bad" : share >= NEARLY ? "warning" : "work";
  return (
    <Box sx={{ minWidth: 150 }}>
      <Box
        aria-hidden
        sx={{ height: 6, borderRadius: 3, overflow: "hidden", bgcolor: "action.hover", mb: 0.5 }}
      >
        <Box
          sx={(theme) => ({
            height: 1,
            width: `${100 * Math.min(1, share)}%`,
            backgroundColor: toneColors(theme, tone).strong,
          })}
        />
      </Box>
      <Box sx={WORDS}>{say("%{used} of %{quota}", { used, quota: counted(quota, "run") })}</Box>
    </Box>
  );
}

const WORDS = { fontSize: "0.8125rem", color: "text.secondary" } as const;
