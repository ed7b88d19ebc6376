// Searches in all pages of a PDF, those not drawn yet, too.
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { findHits, type Hit, type PageText } from "./pdf-text.ts";

export interface PdfSearch {
  readonly text: string;
  /** Undefined while still searching. */
  readonly hits: readonly Hit[] | undefined;
  readonly at: number;
  readonly search: (text: string) => void;
  readonly step: (by: -1 | 1) => void;
}

const NONE: readonly Hit[] = [];

/** @param goTo called with each hit that is to be shown */
export function usePdfSearch(pdf: PDFDocumentProxy, goTo: (hit: Hit) => void): PdfSearch {
  const [text, setText] = useState("");
  const [{ hits, at }, setFound] = useState<Pick<PdfSearch, "hits" | "at">>({ hits: NONE, at: 0 });
  const pages = useRef<Promise<PageText[]>>(undefined);
  const latest = useRef("");
  useEffect(() => {
    return () => {
      latest.current = "";
    };
  }, []);
  const show = (found: readonly Hit[], place: number) => {
    setFound({ hits: found, at: place });
    const hit = found[place];
    if (hit) goTo(hit);
  };
  const search = (wanted: string) => {
    setText(wanted);
    latest.current = wanted;
    if (wanted.trim() === "") {
      show(NONE, 0);
      return;
    }
    setFound({ hits: undefined, at: 0 });
    pages.current ??= readPages(pdf);
    const answer = (found: readonly Hit[]) => {
      if (latest.current === wanted) show(found, 0);
    };
    pages.current.then((all) => answer(findHits(all, wanted))).catch(() => answer(NONE));
  };
  const step = (by: -1 | 1) => {
    if (hits && hits.length > 0) show(hits, (at + by + hits.length) % hits.length);
  };
  return { text, hits, at, search, step };
}

/** One page after the other, so that pages that are being drawn meanwhile need not wait for all. */
async function readPages(pdf: PDFDocumentProxy): Promise<PageText[]> {
  const pages: PageText[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(items.filter((item) => "str" in item));
  }
  return pages;
}
