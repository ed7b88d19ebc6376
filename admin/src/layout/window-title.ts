// Names the window after what it shows, and gives the old name back afterwards.
import { useEffect } from "react";

/** @param title never holds PHI: titles end up in the browser's history */
export function useWindowTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Thalamus`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
