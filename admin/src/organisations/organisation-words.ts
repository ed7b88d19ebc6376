// What the states of organisations, members and keys are called, and what keys may do.

import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import HourglassDisabledOutlined from "@mui/icons-material/HourglassDisabledOutlined";
import PauseCircleOutlined from "@mui/icons-material/PauseCircleOutlined";
import ProductionQuantityLimitsOutlined from "@mui/icons-material/ProductionQuantityLimitsOutlined";
import type { ToneChipProps } from "@thalamus/sdk/ui";
import { numberText } from "@thalamus/sdk/ui";
import type { CloudKeyInfo } from "../api.gen.ts";

export const SUSPENDED: ToneChipProps = {
  word: "Suspended",
  tone: "warning",
  icon: PauseCircleOutlined,
  hint: "No key works until it is resumed.",
};

export const KEY_WORDS: Readonly<Record<CloudKeyInfo["state"], ToneChipProps>> = {
  active: { word: "Active", tone: "good", icon: CheckCircleOutlined },
  exhausted: {
    word: "No runs left",
    tone: "warning",
    icon: ProductionQuantityLimitsOutlined,
    hint: "It opens everything, but nothing new is run with it.",
  },
  suspended: {
    word: "Suspended",
    tone: "warning",
    icon: PauseCircleOutlined,
    hint: "Its member or the organisation is suspended.",
  },
  expired: { word: "Expired", tone: "neutral", icon: HourglassDisabledOutlined },
  revoked: { word: "Revoked", tone: "neutral", icon: BlockOutlined },
};

export const SCOPE_WORDS: Readonly<Record<CloudKeyInfo["scopes"][number], string>> = {
  "orders:write": "Order, send data, cancel",
  "orders:read": "See orders and how far they are",
  "results:read": "Fetch results",
  "usage:read": "Read the usage report",
  "agents:write": "Send heartbeats of an edge hub",
};
export const SCOPES = Object.keys(SCOPE_WORDS) as CloudKeyInfo["scopes"][number][];

export const scopeWords = (scopes: CloudKeyInfo["scopes"]): string =>
  scopes.length === SCOPES.length
    ? "May do all that a key can"
    : scopes.map((scope) => SCOPE_WORDS[scope]).join(" · ");

/** `1 key`, `1,204 runs` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${numberText(count)} ${count === 1 ? one : many}`;
