// A field to search in a text, with how many places were found and the way from one to the next.
import KeyboardArrowDownOutlined from "@mui/icons-material/KeyboardArrowDownOutlined";
import KeyboardArrowUpOutlined from "@mui/icons-material/KeyboardArrowUpOutlined";
import { Box, IconButton, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";

export interface SearchFieldProps {
  readonly text: string;
  /** Places found; undefined while still searching. */
  readonly found: number | undefined;
  /** The place shown, from 0. */
  readonly at: number;
  readonly onSearch: (text: string) => void;
  readonly onStep: (by: -1 | 1) => void;
}

export function SearchField({ text, found, at, onSearch, onStep }: SearchFieldProps) {
  const none = found === undefined || found === 0;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 0.5 }}>
      <TextField
        id={FILTER_FIELD}
        size="small"
        label={say("Search in the text")}
        value={text}
        onChange={(event) => onSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") onSearch("");
        }}
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false } }}
        sx={{ width: 190 }}
      />
      <Box role="status" sx={{ minWidth: 64, fontSize: "0.8125rem", color: "text.secondary" }}>
        {text.trim() === "" ? "" : answerOf(found, at)}
      </Box>
      <IconButton size="small" aria-label={say("Found before")} disabled={none} onClick={() => onStep(-1)}>
        <KeyboardArrowUpOutlined fontSize="small" />
      </IconButton>
      <IconButton size="small" aria-label={say("Found next")} disabled={none} onClick={() => onStep(1)}>
        <KeyboardArrowDownOutlined fontSize="small" />
      </IconButton>
    </Box>
  );
}

function answerOf(found: number | undefined, at: number): string {
  if (found === undefined) return say("searching…");
  return found === 0 ? say("not found") : say("%{at} of %{found}", { at: at + 1, found });
}
