// The line that is chosen, with all its fields, and what can be done with it.
import { Box, Button } from "@mui/material";
import { CopyButton, MONO, say } from "@thalamus/sdk/ui";
import { Link } from "react-router";
import type { LogLine } from "./log-lines.ts";
import { copiedLine, lineAddress, studyOf } from "./log-words.ts";

export interface ChosenLineProps {
  readonly line: LogLine;
  readonly onContext: () => void;
  readonly isPinned: boolean;
  readonly onPin: () => void;
  /** The page is that of its study already. */
  readonly ofStudy: boolean;
}

export function ChosenLine({ line, onContext, isPinned, onPin, ofStudy }: ChosenLineProps) {
  const study = ofStudy ? undefined : studyOf(line);
  const fields: readonly (readonly [string, unknown])[] = [
    ["time", line.at === "" ? say("unknown") : line.at],
    ...Object.entries(line.fields),
  ];
  return (
    <Box component="section" aria-label={say("The chosen line")} sx={BOX}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        <Box component="strong" sx={{ flex: 1, minWidth: 160, overflowWrap: "anywhere" }}>
          {line.part} {line.event}
        </Box>
        <Labelled word={say("Line")} text={copiedLine(line)} what={say("line")} />
        <Labelled word={say("Link")} text={lineAddress(line.place)} what={say("link to this line")} />
        <Button size="small" variant="outlined" onClick={onContext}>
          {say("Show context")}
        </Button>
        <Button size="small" variant="outlined" onClick={onPin} disabled={isPinned}>
          {say("Pin")}
        </Button>
        {study !== undefined && (
          <Button size="small" variant="outlined" component={Link} to={`/studies/${study}/log`}>
            {say("Open study")}
          </Button>
        )}
      </Box>
      <Box component="dl" sx={FIELDS}>
        {fields.map(([name, value]) => (
          <Box key={name} sx={{ display: "contents" }}>
            <Box component="dt" sx={{ color: "text.secondary" }}>
              {name}
            </Box>
            <Box component="dd" sx={{ m: 0, overflowWrap: "anywhere" }}>
              {String(value)}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function Labelled({ word, text, what }: { word: string; text: string; what: string }) {
  return (
    <Box component="span" sx={{ whiteSpace: "nowrap", fontSize: "0.8125rem" }}>
      {word}
      <CopyButton text={text} what={what} />
    </Box>
  );
}

const BOX = { borderTop: 1, borderColor: "divider", px: { xs: 1.5, md: 2 }, py: 1.5 } as const;

const FIELDS = {
  display: "grid",
  gridTemplateColumns: "auto 1fr",
  gap: "2px 16px",
  m: 0,
  mt: 1,
  fontFamily: MONO,
  fontSize: "0.8125rem",
} as const;
