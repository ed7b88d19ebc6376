// The pages of a PDF below each other, with the bar to go, look closer and search; loaded when a PDF is opened.
import { Box } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Document } from "react-pdf";
import { usePageKeys } from "../layout/shortcuts.tsx";
import { PdfBar, type PdfLinks } from "./pdf-bar.tsx";
import { PDF_OPTIONS } from "./pdf-engine.ts";
import {
  fittingScale,
  LARGEST,
  layOut,
  PAGE_GAP,
  PAPER_SCALE,
  type PageLayout,
  type PageSize,
  pagesInView,
  SMALLEST,
  samePlace,
  stepFrom,
} from "./pdf-layout.ts";
import { PdfOpening } from "./pdf-opening.tsx";
import { PdfPage } from "./pdf-page.tsx";
import { usePdfSearch } from "./pdf-search.ts";
import type { Hit } from "./pdf-text.ts";
import { SearchField } from "./search-field.tsx";

interface Opened {
  readonly pdf: PDFDocumentProxy;
  readonly sizes: readonly PageSize[];
}

export interface PdfPagesProps {
  readonly bytes: Uint8Array;
  readonly links: PdfLinks;
  /** It is no PDF, asks for a password, or a page cannot be drawn. */
  readonly onFailed: () => void;
}

export function PdfPages({ bytes, links, onFailed }: PdfPagesProps) {
  const [opened, setOpened] = useState<Opened>();
  const file = useMemo(() => ({ data: bytes }), [bytes]);
  const open = (pdf: PDFDocumentProxy) => {
    readSizes(pdf).then((sizes) => setOpened({ pdf, sizes }), onFailed);
  };
  return (
    <Document
      file={file}
      options={PDF_OPTIONS}
      suspense={false}
      loading={<PdfOpening />}
      error={null}
      onLoadSuccess={open}
      onLoadError={onFailed}
      onPassword={onFailed}
    >
      {opened ? <Pages {...opened} links={links} onFailed={onFailed} /> : <PdfOpening />}
    </Document>
  );
}

function Pages({ pdf, sizes, links, onFailed }: Opened & Omit<PdfPagesProps, "bytes">) {
  const frame = useRef<HTMLDivElement>(null);
  /** 1: as on paper; undefined: as wide as there is room. */
  const [factor, setFactor] = useState<number>();
  const room = useRoom(frame);
  const scale = factor === undefined ? fittingScale(sizes, room.width) : factor * PAPER_SCALE;
  const layout = useMemo(() => layOut(sizes, scale), [sizes, scale]);
  const [top, setTop] = useState(0);
  const { first, last, ...read } = pagesInView(layout, top, room.height);
  /** Short pages at the end never come to the top: the one asked for counts until somebody scrolls. */
  const [asked, setAsked] = useState({ page: 0, top: -1 });
  const current = asked.top === top ? asked.page : read.current;
  useSamePlace(frame, layout, top);

  const goToPage = (page: number) => {
    const place = layout.tops[page - 1];
    if (place === undefined || !frame.current) return;
    frame.current.scrollTop = place - PAGE_GAP;
    setAsked({ page, top: frame.current.scrollTop });
  };
  /** Once it is shown one may scroll away from it. */
  const wanted = useRef<Hit>(undefined);
  const shown = useRef<{ hit: Hit; place: Element }>(undefined);
  const onHere = useCallback((hit: Hit, place: Element) => {
    shown.current = { hit, place };
    if (wanted.current !== hit) return;
    wanted.current = undefined;
    place.scrollIntoView({ block: "center", inline: "nearest" });
  }, []);
  const search = usePdfSearch(pdf, (hit) => {
    wanted.current = hit;
    if (shown.current?.hit === hit && shown.current.place.isConnected) onHere(hit, shown.current.place);
    else if (hit.page < first || hit.page > last) goToPage(hit.page);
  });
  const choosePage = (page: number) => {
    wanted.current = undefined;
    goToPage(page);
  };
  const hitsOf = useMemo(() => Map.groupBy(search.hits ?? [], ({ page }) => page), [search.hits]);

  const zoom = (by: -1 | 1) => setFactor(stepFrom(scale / PAPER_SCALE, by));
  usePageKeys({
    "+": () => zoom(1),
    "-": () => zoom(-1),
    "0": () => setFactor(undefined),
    n: () => choosePage(current + 1),
    b: () => choosePage(current - 1),
  });
  return (
    <>
      <PdfBar
        page={current}
        pages={sizes.length}
        onPage={choosePage}
        zoom={{
          factor,
          smallest: scale / PAPER_SCALE <= SMALLEST,
          largest: scale / PAPER_SCALE >= LARGEST,
          onZoom: zoom,
          onFit: () => setFactor(undefined),
        }}
        links={links}
      >
        <SearchField
          text={search.text}
          found={search.hits?.length}
          at={search.at}
          onSearch={search.search}
          onStep={search.step}
        />
      </PdfBar>
      <Box
        ref={frame}
        tabIndex={0}
        role="region"
        aria-label={say("Pages of the report")}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        sx={FRAME}
      >
        {room.width > 0 &&
          sizes.map((size, index) => (
            <PdfPage
              // biome-ignore lint/suspicious/noArrayIndexKey: they never change places
              key={index}
              number={index + 1}
              of={sizes.length}
              size={size}
              scale={scale}
              isNear={index + 1 >= first && index + 1 <= last}
              hits={hitsOf.get(index + 1) ?? NO_HITS}
              here={search.hits?.[search.at]}
              onHere={onHere}
              onFailed={onFailed}
            />
          ))}
      </Box>
    </>
  );
}

const NO_HITS: readonly Hit[] = [];

async function readSizes(pdf: PDFDocumentProxy): Promise<PageSize[]> {
  const numbers = Array.from({ length: pdf.numPages }, (_, index) => index + 1);
  const pages = await Promise.all(numbers.map((number) => pdf.getPage(number)));
  return pages.map((page) => {
    const { width, height } = page.getViewport({ scale: 1 });
    return { width, height };
  });
}

/** Pixels of the window onto the pages, without its bars. */
function useRoom(frame: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box) return;
    const measure = () => setRoom({ width: box.clientWidth, height: box.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [frame]);
  return room;
}

/** Keeps what is read in view when the pages change their size. */
function useSamePlace(frame: React.RefObject<HTMLElement | null>, layout: PageLayout, top: number): void {
  const before = useRef({ layout, top });
  useLayoutEffect(() => {
    const { layout: was, top: wasTop } = before.current;
    if (was !== layout && frame.current) frame.current.scrollTop = samePlace(was, layout, wasTop);
    before.current = { layout, top };
  }, [frame, layout, top]);
}

const FRAME = {
  display: "flex",
  flexDirection: "column",
  height: "78vh",
  pt: `${PAGE_GAP}px`,
  overflow: "auto",
  scrollbarGutter: "stable",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  bgcolor: "action.hover",
} as const;
