// The words of a page, unseen above its picture: to be read aloud, chosen, copied and marked where found.
import { Box } from "@mui/material";
import { useEffect, useRef, useState } from "react";
import { type pdfjs as Engine, pdfjs, usePageContext } from "react-pdf";
import type { Hit, TextPlace } from "./pdf-text.ts";

export const PDF_FOUND = "pdf-found";
export const PDF_HERE = "pdf-here";

export interface PdfTextLayerProps {
  /** Those on this page. */
  readonly hits: readonly Hit[];
  readonly here: Hit | undefined;
  /** Called when the hit that is gone to can be shown. */
  readonly onHere: (hit: Hit, place: Element) => void;
}

/** react-pdf's own brings the structure of tagged PDFs along, whose tables break the rules of ARIA. */
export function PdfTextLayer({ hits, here, onHere }: PdfTextLayerProps) {
  const { page, rotate = 0 } = usePageContext() ?? {};
  const box = useRef<HTMLDivElement>(null);
  const [pieces, setPieces] = useState<readonly HTMLElement[]>();
  useEffect(() => {
    const container = box.current;
    if (!page || !container) return;
    let layer: Engine.TextLayer | undefined;
    let open = true;
    const write = async () => {
      const textContentSource = await page.getTextContent();
      if (!open) return;
      // its places are shares of the page, so it grows along with it
      const viewport = page.getViewport({ scale: 1, rotation: rotate });
      layer = new pdfjs.TextLayer({ textContentSource, container, viewport });
      await layer.render();
      if (open) setPieces([...layer.textDivs]);
    };
    // without its words the page can still be seen
    write().catch(() => undefined);
    return () => {
      open = false;
      layer?.cancel();
      container.replaceChildren();
      setPieces(undefined);
    };
  }, [page, rotate]);
  useEffect(() => {
    if (!pieces) return;
    const current = hits.find((hit) => hit === here);
    const range = current && rangeOf(pieces, current);
    const unmark = [mark(PDF_FOUND, rangesOf(pieces, hits)), mark(PDF_HERE, range ? [range] : [])];
    if (current && range?.startContainer.parentElement) onHere(current, range.startContainer.parentElement);
    return () => {
      for (const undo of unmark) undo();
    };
  }, [pieces, hits, here, onHere]);
  return <Box ref={box} sx={LAYER} />;
}

const rangesOf = (pieces: readonly HTMLElement[], hits: readonly Hit[]): Range[] =>
  hits.map((hit) => rangeOf(pieces, hit)).filter((range) => range !== undefined);

/** Undefined where pdf.js stopped writing because the page has too many words. */
function rangeOf(pieces: readonly HTMLElement[], { from, to }: Hit): Range | undefined {
  const textAt = ({ piece }: TextPlace) => pieces[piece]?.firstChild;
  const [start, end] = [textAt(from), textAt(to)];
  if (!start || !end) return undefined;
  const range = document.createRange();
  range.setStart(start, from.offset);
  range.setEnd(end, to.offset);
  return range;
}

/** Browsers that cannot mark still count and go to the page. */
function mark(name: string, ranges: readonly Range[]): () => void {
  if (!("highlights" in CSS)) return () => undefined;
  const marked = CSS.highlights.get(name) ?? new Highlight();
  CSS.highlights.set(name, marked);
  for (const range of ranges) marked.add(range);
  return () => {
    for (const range of ranges) marked.delete(range);
  };
}

/** pdf.js sets the variables; the marks colour the paper and leave the letters of the picture as dark as they are. */
const LAYER = {
  position: "absolute",
  inset: 0,
  zIndex: 0,
  mixBlendMode: "multiply",
  overflow: "clip",
  lineHeight: 1,
  textAlign: "initial",
  textSizeAdjust: "none",
  forcedColorAdjust: "none",
  transformOrigin: "0 0",
  "--text-scale-factor": "calc(var(--total-scale-factor) * var(--min-font-size))",
  "--min-font-size-inv": "calc(1 / var(--min-font-size))",
  '&[data-main-rotation="90"]': { transform: "rotate(90deg) translateY(-100%)" },
  '&[data-main-rotation="180"]': { transform: "rotate(180deg) translate(-100%, -100%)" },
  '&[data-main-rotation="270"]': { transform: "rotate(270deg) translateX(-100%)" },
  "& span, & br": {
    position: "absolute",
    color: "transparent",
    whiteSpace: "pre",
    cursor: "text",
    transformOrigin: "0 0",
  },
  "& > span": {
    zIndex: 1,
    "--font-height": 0,
    "--scale-x": 1,
    "--rotate": "0deg",
    fontSize: "calc(var(--text-scale-factor) * var(--font-height))",
    transform: "rotate(var(--rotate)) scaleX(var(--scale-x)) scale(var(--min-font-size-inv))",
  },
  "& ::selection": { backgroundColor: "rgb(0 90 255 / 0.25)" },
  [`& ::highlight(${PDF_FOUND})`]: { backgroundColor: "#ffe08a", color: "transparent" },
  [`& ::highlight(${PDF_HERE})`]: { backgroundColor: "#ffb04d", color: "transparent" },
} as const;
