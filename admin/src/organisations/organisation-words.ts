// What the states of organisations, members and keys are called, and what keys may do.

import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import HourglassDisabledOutlined from "@mui/icons-material/HourglassDisabledOutlined";
import PauseCircleOutlined from "@mui/icons-material/PauseCircleOutlined";
import ProductionQuantityLimitsOutlined from "@mui/icons-material/ProductionQuantityLimitsOutlined";
import type { ToneChipProps } from "@thalamus/sdk/ui";
import { phrase, say } from "@thalamus/sdk/ui";
import type { CloudKeyInfo } from "../api.gen.ts";

export const SUSPENDED: ToneChipProps = {
  word: phrase("Suspended"),
  tone: "warning",
  icon: PauseCircleOutlined,
  hint: phrase("No key works until it is resumed."),
};

export const KEY_WORDS: Readonly<Record<CloudKeyInfo["state"], ToneChipProps>> = {
  active: { word: phrase("Active"), tone: "good", icon: CheckCircleOutlined },
  exhausted: {
    word: phrase("No runs left"),
    tone: "warning",
    icon: ProductionQuantityLimitsOutlined,
    hint: phrase("It opens everything, but nothing new is run with it."),
  },
  suspended: {
    word: phrase("Suspended"),
    tone: "warning",
    icon: PauseCircleOutlined,
    hint: phrase("Its member or the organisation is suspended."),
  },
  expired: { word: phrase("Expired"), tone: "neutral", icon: HourglassDisabledOutlined },
  revoked: { word: phrase("Revoked"), tone: "neutral", icon: BlockOutlined },
};

export const SCOPE_WORDS: Readonly<Record<CloudKeyInfo["scopes"][number], string>> = {
  "orders:write": phrase("Order, send data, cancel"),
  "orders:read": phrase("See orders and how far they are"),
  "results:read": phrase("Fetch results"),
  "usage:read": phrase("Read the usage report"),
  "agents:write": phrase("Send heartbeats of an edge hub"),
};
export const SCOPES = Object.keys(SCOPE_WORDS) as CloudKeyInfo["scopes"][number][];

export const scopeWords = (scopes: CloudKeyInfo["scopes"]): string =>
  scopes.length === SCOPES.length
    ? say("May do all that a key can")
    : scopes.map((scope) => say(SCOPE_WORDS[scope])).join(" · ");

const COUNTED = {
  member: phrase("%{count} member |||| %{count} members"),
  key: phrase("%{count} key |||| %{count} keys"),
  revoked: phrase("%{count} revoked key |||| %{count} revoked keys"),
  product: phrase("%{count} product |||| %{count} products"),
  agent: phrase("%{count} agent |||| %{count} agents"),
  run: phrase("%{count} run |||| %{count} runs"),
  day: phrase("%{count} day |||| %{count} days"),
} as const;

/** `1 key`, `1,204 runs` */
export const counted = (count: number, what: keyof typeof COUNTED): string => say(COUNTED[what], { count });
