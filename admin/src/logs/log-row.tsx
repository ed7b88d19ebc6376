// One line of the log on the screen: time, level, and the words, with what was searched for marked.
import { Box } from "@mui/material";
import { toneColors, utcTime } from "@thalamus/sdk/ui";
import { memo } from "react";
import type { LogLine } from "./log-lines.ts";
import { LEVEL_TONES, levelWord, lineTime, lineWords } from "./log-words.ts";

export const FONT_PX = 12.5;
export const LINE_PX = 20;

export interface LogRowProps {
  readonly id: string;
  readonly line: LogLine;
  readonly wrap: boolean;
  readonly mark: string;
  readonly isChosen: boolean;
  readonly place: {
    readonly row: number;
    readonly count: number;
    readonly top: number;
    readonly height: number;
  };
  readonly onChoose: (line: LogLine) => void;
  readonly onOpen: (line: LogLine) => void;
}

export const LogRow = memo(
  ({ id, line, wrap, mark, isChosen, place, onChoose, onOpen }: LogRowProps) => (
    <Box
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-posinset={place.row + 1}
      aria-setsize={place.count}
      onClick={() => onChoose(line)}
      onDoubleClick={() => onOpen(line)}
      style={{ top: place.top, height: place.height }}
      sx={{ ...ROW, ...(wrap ? WRAPPED : STRAIGHT), ...(isChosen ? CHOSEN : {}) }}
    >
      <LineText line={line} mark={mark} />
    </Box>
  ),
  (one, other) =>
    one.line === other.line &&
    one.wrap === other.wrap &&
    one.mark === other.mark &&
    one.isChosen === other.isChosen &&
    one.place.row === other.place.row &&
    one.place.count === other.place.count &&
    one.place.top === other.place.top &&
    one.place.height === other.place.height,
);

/** Just as long as `lengthOf` says. */
export function LineText({ line, mark }: { readonly line: LogLine; readonly mark: string }) {
  const date = new Date(line.at);
  return (
    <>
      <Box
        component="span"
        title={Number.isNaN(date.getTime()) ? undefined : utcTime(date)}
        sx={{ color: "text.secondary" }}
      >
        {lineTime(line)}
      </Box>{" "}
      <Box
        component="span"
        sx={(theme) => ({ fontWeight: 700, color: toneColors(theme, LEVEL_TONES[line.level]).text })}
      >
        {levelWord(line)}
      </Box>{" "}
      <Marked text={lineWords(line)} mark={mark} />
    </>
  );
}

function Marked({ text, mark }: { text: string; mark: string }) {
  if (mark === "") return text;
  const parts: { text: string; hit: boolean; at: number }[] = [];
  const lower = text.toLowerCase();
  let done = 0;
  for (let at = lower.indexOf(mark); at >= 0; at = lower.indexOf(mark, done)) {
    parts.push({ text: text.slice(done, at), hit: false, at: done });
    parts.push({ text: text.slice(at, at + mark.length), hit: true, at });
    done = at + mark.length;
  }
  parts.push({ text: text.slice(done), hit: false, at: done });
  return parts.map(({ text: part, hit, at }) =>
    hit ? (
      <Box key={at} component="mark" sx={MARK}>
        {part}
      </Box>
    ) : (
      part
    ),
  );
}

const ROW = { position: "absolute", left: 0, px: 1.5, cursor: "default", overflow: "hidden" } as const;
const WRAPPED = { right: 0, whiteSpace: "break-spaces", wordBreak: "break-all" } as const;
const STRAIGHT = { minWidth: "100%", width: "max-content", whiteSpace: "pre" } as const;
const CHOSEN = { bgcolor: "action.selected" } as const;
const MARK = { bgcolor: "#ffe08a", color: "#15222a", borderRadius: "2px" } as const;
