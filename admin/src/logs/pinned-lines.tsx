// Lines that somebody keeps in sight while looking at others.
import CloseOutlined from "@mui/icons-material/CloseOutlined";
import { Box, IconButton, Tooltip } from "@mui/material";
import { MONO, say } from "@thalamus/sdk/ui";
import type { LogLine } from "./log-lines.ts";
import { FONT_PX, LINE_PX, LineText } from "./log-row.tsx";

export interface PinnedLinesProps {
  readonly lines: readonly LogLine[];
  readonly onUnpin: (line: LogLine) => void;
}

export function PinnedLines({ lines, onUnpin }: PinnedLinesProps) {
  if (lines.length === 0) return null;
  return (
    <Box component="ul" aria-label={say("Pinned lines")} sx={LIST}>
      {lines.map((line) => (
        <Box component="li" key={line.place} sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
          <Box sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
            <LineText line={line} mark="" />
          </Box>
          <Tooltip title={say("Unpin")}>
            <IconButton
              size="small"
              aria-label={say("Unpin %{event}", { event: line.event })}
              onClick={() => onUnpin(line)}
              sx={{ p: "2px" }}
            >
              <CloseOutlined sx={{ fontSize: 16 }} />
            </IconButton>
          </Tooltip>
        </Box>
      ))}
    </Box>
  );
}

const LIST = {
  m: 0,
  px: 1.5,
  py: 0.5,
  listStyle: "none",
  borderBottom: 1,
  borderColor: "divider",
  bgcolor: "action.hover",
  fontFamily: MONO,
  fontSize: FONT_PX,
  lineHeight: `${LINE_PX}px`,
} as const;
