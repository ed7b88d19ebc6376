// The six tones of messages and chips, with colours that keep text at 4.5:1 or better.
import type { Theme } from "@mui/material";

export type Tone = "neutral" | "info" | "work" | "good" | "warning" | "bad";

interface ToneColors {
  /** Text and icon on `soft`. */
  readonly text: string;
  readonly soft: string;
  /** Bars and dots. */
  readonly strong: string;
}

const LIGHT: Readonly<Record<Tone, ToneColors>> = {
  neutral: { text: "#46555e", soft: "#e9eef0", strong: "#6b7c86" },
  info: { text: "#1b4f8f", soft: "#e3eefb", strong: "#2f6fc0" },
  work: { text: "#0a5a63", soft: "#d9f1f2", strong: "#0e7c86" },
  good: { text: "#1c6238", soft: "#dff3e5", strong: "#2a8a50" },
  warning: { text: "#7a4700", soft: "#fdeed3", strong: "#c77700" },
  bad: { text: "#99211b", soft: "#fce4e2", strong: "#c8362e" },
};

const DARK: Readonly<Record<Tone, ToneColors>> = {
  neutral: { text: "#c6d2d8", soft: "#33424c", strong: "#8b9ca5" },
  info: { text: "#a5cbfb", soft: "#1a2f4b", strong: "#6aa5ee" },
  work: { text: "#86dbe2", soft: "#12383d", strong: "#4fc0ca" },
  good: { text: "#90dcaa", soft: "#16372a", strong: "#53b97b" },
  warning: { text: "#f7c777", soft: "#42300f", strong: "#e2a12f" },
  bad: { text: "#ffb0a9", soft: "#4a1f1e", strong: "#ec6f66" },
};

export const toneColors = (theme: Theme, tone: Tone): ToneColors =>
  (theme.palette.mode === "dark" ? DARK : LIGHT)[tone];
