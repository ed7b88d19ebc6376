// Searches in the text of a report: marks what was found without touching the page, and goes from place to place.
import { GlobalStyles } from "@mui/material";
import { type RefObject, useEffect, useState } from "react";
import { SearchField } from "./search-field.tsx";

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
  return (
    <>
      <GlobalStyles styles={MARKS} />
      <SearchField text={text} found={ranges.length} at={at} onSearch={search} onStep={step} />
    </>
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
