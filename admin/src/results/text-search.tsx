// Searches in the text of a report: marks what was found without touching the page, and goes from place to place.
import KeyboardArrowDownOutlined from "@mui/icons-material/KeyboardArrowDownOutlined";
import KeyboardArrowUpOutlined from "@mui/icons-material/KeyboardArrowUpOutlined";
import { Box, GlobalStyles, IconButton, TextField } from "@mui/material";
import { type RefObject, useEffect, useState } from "react";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";

const FOUND = "found-text";
const HERE = "found-here";

export function TextSearch({ within }: { readonly within: RefObject<HTMLElement | null> }) {
  const [text, setText] = useState("");
  const [{ ranges, at }, setFound] = useState<{ ranges: readonly Range[]; at: number }>({
    ranges: [],
    at: 0,
  });
  useEffect(() => unmark, []);
  const show = (found: readonly Range[], place: number) => {
    setFound({ ranges: found, at: place });
    mark(found, place);
    found[place]?.startContainer.parentElement?.scrollIntoView({ block: "center" });
  };
  const search = (wanted: string) => {
    setText(wanted);
    show(within.current && wanted.trim() !== "" ? rangesOf(within.current, wanted.trim()) : [], 0);
  };
  const step = (by: number) => {
    if (ranges.length > 0) show(ranges, (at + by + ranges.length) % ranges.length);
  };
  const answer =
    text.trim() === "" ? "" : ranges.length === 0 ? "not found" : `${at + 1} of ${ranges.length}`;
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 0.5 }}>
      <GlobalStyles styles={MARKS} />
      <TextField
        id={FILTER_FIELD}
        size="small"
        label="Search in the text"
        value={text}
        onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") search("");
        }}
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false } }}
        sx={{ width: 190 }}
      />
      <Box role="status" sx={{ minWidth: 64, fontSize: "0.8125rem", color: "text.secondary" }}>
        {answer}
      </Box>
      <IconButton
        size="small"
        aria-label="Found before"
        disabled={ranges.length === 0}
        onClick={() => step(-1)}
      >
        <KeyboardArrowUpOutlined fontSize="small" />
      </IconButton>
      <IconButton size="small" aria-label="Found next" disabled={ranges.length === 0} onClick={() => step(1)}>
        <KeyboardArrowDownOutlined fontSize="small" />
      </IconButton>
    </Box>
  );
}

const MARKS = {
  [`::highlight(${FOUND})`]: { backgroundColor: "#ffe08a", color: "#1a1a1a" },
  [`::highlight(${HERE})`]: { backgroundColor: "#f59e0b", color: "#1a1a1a" },
};

function rangesOf(root: HTMLElement, wanted: string): Range[] {
  const words = wanted.toLowerCase();
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue?.toLowerCase() ?? "";
    for (let from = text.indexOf(words); from >= 0; from = text.indexOf(words, from + words.length)) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, from + words.length);
      ranges.push(range);
    }
  }
  return ranges;
}

/** Browsers that cannot mark still count and scroll. */
function mark(ranges: readonly Range[], at: number): void {
  if (!("highlights" in CSS)) return;
  CSS.highlights.set(FOUND, new Highlight(...ranges));
  const here = ranges[at];
  CSS.highlights.set(HERE, here ? new Highlight(here) : new Highlight());
}

function unmark(): void {
  if (!("highlights" in CSS)) return;
  for (const name of [FOUND, HERE]) CSS.highlights.delete(name);
}
