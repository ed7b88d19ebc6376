// A small pill of icon and word in one of the tones; colour never carries the meaning alone.
import { Box, Tooltip } from "@mui/material";
import type { ElementType } from "react";
import { say } from "./language.ts";
import { type Tone, toneColors } from "./tone.ts";

export interface ToneChipProps {
  readonly tone: Tone;
  readonly icon: ElementType;
  /** English, or said already; with the hint it is said where it is shown. */
  readonly word: string;
  /** Explains the word to who asks for it. */
  readonly hint?: string;
  /** Turns the icon while something works. */
  readonly busy?: boolean;
}

export function ToneChip({ tone, icon: Icon, word, hint, busy = false }: ToneChipProps) {
  const chip = (
    <Box
      component="span"
      sx={(theme) => ({
        display: "inline-flex",
        alignItems: "center",
        gap: 0.5,
        height: 24,
        paddingInline: "7px 9px",
        borderRadius: 12,
        fontSize: "0.8125rem",
        fontWeight: 600,
        whiteSpace: "nowrap",
        color: toneColors(theme, tone).text,
        backgroundColor: toneColors(theme, tone).soft,
        "@keyframes turn": { to: { transform: "rotate(360deg)" } },
        "& svg": { fontSize: 16, animation: busy ? "turn 2.4s linear infinite" : "none" },
        "@media (prefers-reduced-motion: reduce)": { "& svg": { animation: "none" } },
      })}
    >
      <Icon aria-hidden />
      {say(word)}
    </Box>
  );
  return hint === undefined ? chip : <Tooltip title={say(hint)}>{chip}</Tooltip>;
}
