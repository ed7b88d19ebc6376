// How many letters of a monospaced font fit beside each other in a box, and how high it is.
import { MONO } from "@thalamus/sdk/ui";
import { useLayoutEffect, useState } from "react";

const SAMPLE = 100;

/** @param padding of the box, left and right together, in px */
export function useTextRoom(
  box: { readonly current: HTMLElement | null },
  fontPx: number,
  padding: number,
): { readonly columns: number; readonly height: number } {
  const [room, setRoom] = useState({ columns: 120, height: 600 });
  useLayoutEffect(() => {
    const place = box.current;
    if (!place) return;
    const letter = letterWidth(fontPx);
    const measure = () => {
      const columns = Math.max(10, Math.floor((place.clientWidth - padding) / letter));
      setRoom({ columns, height: place.clientHeight });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    return () => observer.disconnect();
  }, [box, fontPx, padding]);
  return room;
}

function letterWidth(fontPx: number): number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return fontPx * 0.61;
  context.font = `${fontPx}px ${MONO}`;
  return context.measureText("0".repeat(SAMPLE)).width / SAMPLE;
}
