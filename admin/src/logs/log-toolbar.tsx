// What can be done with the lines that are shown: play and pause, clear, wrap, turn around, download; and how many fit.

import NotesOutlined from "@mui/icons-material/NotesOutlined";
import PauseOutlined from "@mui/icons-material/PauseOutlined";
import PlayArrowOutlined from "@mui/icons-material/PlayArrowOutlined";
import SwapVertOutlined from "@mui/icons-material/SwapVertOutlined";
import WrapTextOutlined from "@mui/icons-material/WrapTextOutlined";
import { Box, Button, ToggleButton, Tooltip } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import type { ElementType, ReactNode } from "react";
import { ActButton } from "../acts/act-button.tsx";
import type { StreamState } from "./use-log.ts";

export interface LogToolbarProps {
  readonly count: { readonly count: number; readonly isWhole: boolean } | undefined;
  readonly stream: StreamState;
  /** Why nothing new can come; empty when it can. */
  readonly noStream: string;
  readonly onPlay: () => void;
  readonly onPause: () => void;
  readonly onClear: () => void;
  readonly wrap: boolean;
  readonly onWrap: (wrap: boolean) => void;
  readonly newestFirst: boolean;
  readonly onNewestFirst: (first: boolean) => void;
  readonly download: ReactNode;
}

const STREAM_WORDS: Readonly<Record<StreamState, string>> = {
  paused: "",
  connecting: phrase("Connecting"),
  live: phrase("Streaming"),
  reconnecting: phrase("Reconnecting"),
};

export function LogToolbar(props: LogToolbarProps) {
  const { count, stream, noStream, wrap, newestFirst } = props;
  const isPlaying = stream !== "paused";
  return (
    <Box role="toolbar" aria-label={say("View of the log")} sx={BAR}>
      {isPlaying ? (
        <Button size="small" variant="contained" startIcon={<PauseOutlined />} onClick={props.onPause}>
          {say("Pause")}
        </Button>
      ) : (
        <ActButton startIcon={<PlayArrowOutlined />} whyNot={noStream} onAct={props.onPlay}>
          {say("Play")}
        </ActButton>
      )}
      <Button size="small" variant="outlined" startIcon={<NotesOutlined />} onClick={props.onClear}>
        {say("Clear view")}
      </Button>
      <Box role="status" sx={{ color: "text.secondary", fontSize: "0.875rem", flex: 1, minWidth: 120 }}>
        {count && countWords(count)}
        {isPlaying && ` · ${say(STREAM_WORDS[stream])}`}
      </Box>
      <Toggle label={say("Wrap long lines")} icon={WrapTextOutlined} on={wrap} onToggle={props.onWrap} />
      <Toggle
        label={say("Newest first")}
        icon={SwapVertOutlined}
        on={newestFirst}
        onToggle={props.onNewestFirst}
      />
      {props.download}
    </Box>
  );
}

function countWords({ count, isWhole }: { count: number; isWhole: boolean }): string {
  const lines = say("%{count} line |||| %{count} lines", { count });
  return isWhole ? lines : say("more than %{lines}", { lines });
}

interface ToggleProps {
  readonly label: string;
  readonly icon: ElementType;
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
}

function Toggle({ label, icon: Icon, on, onToggle }: ToggleProps) {
  return (
    <Tooltip title={label}>
      <ToggleButton
        size="small"
        value={label}
        aria-label={label}
        selected={on}
        onChange={() => onToggle(!on)}
      >
        <Icon fontSize="small" />
      </ToggleButton>
    </Tooltip>
  );
}

const BAR = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: 1,
  px: { xs: 1.5, md: 2 },
  py: 1,
  borderBottom: 1,
  borderColor: "divider",
  "& .MuiToggleButton-root": { padding: "5px" },
} as const;
