// Finds by the beginning of an id of the hub, and by nothing that identifies a patient.

import CloseOutlined from "@mui/icons-material/CloseOutlined";
import SearchOutlined from "@mui/icons-material/SearchOutlined";
import { IconButton, InputAdornment, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useEffect, useRef, useState } from "react";
import { useListContext } from "react-admin";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";

const ID_PART = /^[0-9a-f-]{0,36}$/i;
const TYPING_MS = 300;

/** A name that occurs in the hub, and the filter it stands for. */
export interface KnownName {
  readonly word: string;
  /** "Source PACS1" */
  readonly title: string;
  readonly filter: Readonly<Record<string, string>>;
}

/** @param names what is typed and is no id may be the beginning of one of these; nothing else is sent */
export function IdFilter({ names = [] }: { readonly names?: readonly KnownName[] }) {
  const { filterValues, setFilters } = useListContext();
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isId = ID_PART.test(text.trim());
  const known = isId ? undefined : names.find(({ word }) => begins(word, text));
  const wrong = !isId && !known;
  const inForce = (filterValues as { q?: string }).q;
  useEffect(() => {
    // somebody cleared the filters elsewhere on the page
    if (inForce === undefined) setText("");
  }, [inForce]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (wanted: string, wait: number) => {
    setText(wanted);
    clearTimeout(timer.current);
    const q = wanted.trim();
    if (!ID_PART.test(q)) return;
    const { q: _, ...others } = filterValues as { q?: string };
    timer.current = setTimeout(() => setFilters(q === "" ? others : { ...others, q }), wait);
  };
  const choose = ({ filter }: KnownName) => {
    setText("");
    const { q: _, ...others } = filterValues as { q?: string };
    setFilters({ ...others, ...filter });
  };
  const clear = (
    <InputAdornment position="end">
      <IconButton size="small" aria-label={say("Clear the filter")} onClick={() => search("", 0)} edge="end">
        <CloseOutlined fontSize="small" />
      </IconButton>
    </InputAdornment>
  );
  const magnifier = (
    <InputAdornment position="start">
      <SearchOutlined fontSize="small" />
    </InputAdornment>
  );
  return (
    <TextField
      id={FILTER_FIELD}
      label={names.length > 0 ? say("Hub ID or name") : say("Hub ID")}
      placeholder={say("begins with…")}
      size="small"
      autoComplete="off"
      value={text}
      error={wrong}
      helperText={
        wrong
          ? say("An id of the hub has only 0-9 and a-f.")
          : known && say("Enter: %{title}", { title: known.title })
      }
      onChange={(event) => search(event.target.value, TYPING_MS)}
      onKeyDown={(event) => {
        if (event.key === "Escape") search("", 0);
        if (event.key === "Enter" && known) choose(known);
        else if (event.key === "Enter") search(text, 0);
      }}
      sx={{ width: { xs: "100%", sm: 240 }, bgcolor: "background.paper", borderRadius: 1 }}
      slotProps={{
        input: { startAdornment: magnifier, ...(text === "" ? {} : { endAdornment: clear }) },
        htmlInput: { spellCheck: false },
      }}
    />
  );
}

const begins = (word: string, typed: string): boolean =>
  word.toLowerCase().startsWith(typed.trim().toLowerCase());
