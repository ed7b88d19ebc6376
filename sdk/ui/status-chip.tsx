// Chips for the status of a study or order and for the state of a step.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CancelScheduleSendOutlined from "@mui/icons-material/CancelScheduleSendOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import DoneAllOutlined from "@mui/icons-material/DoneAllOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import FactCheckOutlined from "@mui/icons-material/FactCheckOutlined";
import GppGoodOutlined from "@mui/icons-material/GppGoodOutlined";
import HelpOutlined from "@mui/icons-material/HelpOutlined";
import HourglassEmptyOutlined from "@mui/icons-material/HourglassEmptyOutlined";
import MoveToInboxOutlined from "@mui/icons-material/MoveToInboxOutlined";
import PauseCircleOutlined from "@mui/icons-material/PauseCircleOutlined";
import PlaylistAddOutlined from "@mui/icons-material/PlaylistAddOutlined";
import RedoOutlined from "@mui/icons-material/RedoOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import SyncOutlined from "@mui/icons-material/SyncOutlined";
import type { ElementType } from "react";
import { say } from "./language.ts";
import {
  STATE_WORDS,
  STATUS_WORDS,
  type StatusName,
  type StepStateName,
  type Words,
} from "./status-words.ts";
import { ToneChip } from "./tone-chip.tsx";

const STATUS_ICONS: Readonly<Record<StatusName, ElementType>> = {
  receiving: MoveToInboxOutlined,
  checking: FactCheckOutlined,
  deidentifying: GppGoodOutlined,
  held: PauseCircleOutlined,
  waiting: PlaylistAddOutlined,
  queued: HourglassEmptyOutlined,
  processing: SyncOutlined,
  processed: CheckCircleOutlined,
  delivered: DoneAllOutlined,
  undelivered: CancelScheduleSendOutlined,
  failed: ErrorOutlined,
  unknown: HelpOutlined,
  cancelled: BlockOutlined,
};

const STATE_ICONS: Readonly<Record<StepStateName, ElementType>> = {
  ready: HourglassEmptyOutlined,
  claimed: SyncOutlined,
  acting: SendOutlined,
  done: CheckCircleOutlined,
  held: PauseCircleOutlined,
  rejected: ErrorOutlined,
  unknown: HelpOutlined,
  cancelled: BlockOutlined,
  skipped: RedoOutlined,
};

const said = ({ word, hint, tone }: Words): Words => ({ word: say(word), hint: say(hint), tone });

export function StatusChip({ status }: { readonly status: StatusName }) {
  return (
    <ToneChip {...said(STATUS_WORDS[status])} icon={STATUS_ICONS[status]} busy={status === "processing"} />
  );
}

/** @param done what a good end is called here: a check passed, a delivery is delivered */
export function StateChip({ state, done }: { readonly state: StepStateName; readonly done?: string }) {
  const words = said(STATE_WORDS[state]);
  const word = state === "done" && done !== undefined ? done : words.word;
  return <ToneChip {...words} word={word} icon={STATE_ICONS[state]} busy={state === "claimed"} />;
}
