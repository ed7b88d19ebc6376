// How agents are, in words, and what of a machine is used.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import HelpOutlined from "@mui/icons-material/HelpOutlined";
import SensorsOffOutlined from "@mui/icons-material/SensorsOffOutlined";
import SensorsOutlined from "@mui/icons-material/SensorsOutlined";
import type { ToneChipProps } from "@thalamus/sdk/ui";
import { phrase } from "@thalamus/sdk/ui";
import type { AgentInfo, Heartbeat } from "../api.gen.ts";

export type AgentState = AgentInfo["state"];

const ACTIVE: ToneChipProps = { word: phrase("Active"), tone: "good", icon: SensorsOutlined };

/** Whether it lives, and how it says it is. */
export const STATE_CHIPS: Readonly<Record<AgentState, readonly ToneChipProps[]>> = {
  healthy: [ACTIVE, { word: phrase("Healthy"), tone: "good", icon: CheckCircleOutlined }],
  unhealthy: [ACTIVE, { word: phrase("Unhealthy"), tone: "bad", icon: ErrorOutlined }],
  unshared: [
    ACTIVE,
    {
      word: phrase("Health not shared"),
      tone: "neutral",
      icon: HelpOutlined,
      hint: phrase("Its site does not let it say how it is."),
    },
  ],
  silent: [
    {
      word: phrase("Inactive"),
      tone: "warning",
      icon: SensorsOffOutlined,
      hint: phrase("No heartbeat came for three of its intervals."),
    },
  ],
};

/** For the filter. */
export const STATE_WORDS: Readonly<Record<AgentState, string>> = {
  unhealthy: phrase("Unhealthy"),
  silent: phrase("Inactive"),
  unshared: phrase("Health not shared"),
  healthy: phrase("Healthy"),
};

export const RUNTIME_WORDS: Readonly<Record<Heartbeat["runtime"]["type"], string>> = {
  native: phrase("without container"),
  docker: "Docker",
  kubernetes: "Kubernetes",
};

/** 0 to 1; what does not add up counts as nothing used. */
export const shareUsed = (total: number, free: number): number =>
  total > 0 ? Math.min(1, Math.max(0, (total - free) / total)) : 0;
