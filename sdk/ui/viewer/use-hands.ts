// What mouse, wheel and fingers do to a picture: go through the frames, change the window, move and zoom.
import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import type { ValueWindow } from "./frame-address.ts";
import type { ViewAct } from "./view-state.ts";

/** What dragging does. */
export type Tool = "scroll" | "window" | "move";

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Drag {
  readonly from: Place;
  /** The window when it began: what comes meanwhile is late. */
  readonly seen: ValueWindow | undefined;
  last: Place;
  /** Pixels since the last frame. */
  rest: number;
}

export interface HandsOptions {
  readonly stage: RefObject<HTMLElement | null>;
  readonly tool: Tool;
  readonly seen: ValueWindow | undefined;
  readonly onAct: (act: ViewAct) => void;
}

/** Pixels of a drag, and of a wheel, for one frame. */
const FRAME_PIXELS = 10;
const WHEEL_PIXELS = 40;
/** Pixels that double the width of the window, or move its centre by all of its width. */
const WINDOW_PIXELS = 200;
const WHEEL_ZOOM = 1.1;

export function useHands({ stage, tool, seen, onAct }: HandsOptions) {
  const fingers = useRef(new Map<number, Place>());
  const drag = useRef<Drag>(undefined);
  useWheel(stage, onAct);
  const start = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = { x: event.clientX, y: event.clientY };
    fingers.current.set(event.pointerId, place);
    drag.current = { from: place, seen, last: place, rest: 0 };
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const place = { x: event.clientX, y: event.clientY };
    const { clientWidth: size } = event.currentTarget;
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, place);
    if (other) {
      const apart = (one: Place) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
      onAct({ kind: "zoom", by: apart(place) / apart(before) });
      onAct({ kind: "move", x: (place.x - before.x) / (2 * size), y: (place.y - before.y) / (2 * size) });
      return;
    }
    const act = drag.current && actOfDrag(drag.current, place, tool, size);
    if (act) onAct(act);
  };
  const end = (event: PointerEvent<HTMLElement>) => {
    fingers.current.delete(event.pointerId);
    drag.current = undefined;
  };
  return { onPointerDown: start, onPointerMove: move, onPointerUp: end, onPointerCancel: end };
}

function actOfDrag(drag: Drag, place: Place, tool: Tool, size: number): ViewAct | undefined {
  const { from, last, seen } = drag;
  drag.last = place;
  if (tool === "move") return { kind: "move", x: (place.x - last.x) / size, y: (place.y - last.y) / size };
  if (tool === "window") {
    if (!seen) return undefined;
    const center = (place.y - from.y) / WINDOW_PIXELS;
    return { kind: "level", center, width: (place.x - from.x) / WINDOW_PIXELS, seen };
  }
  drag.rest += place.y - last.y;
  const by = Math.trunc(drag.rest / FRAME_PIXELS);
  drag.rest -= by * FRAME_PIXELS;
  return by === 0 ? undefined : { kind: "go", by };
}

/** React listens to wheels without a say over the page, which would scroll, too. */
function useWheel(stage: RefObject<HTMLElement | null>, onAct: (act: ViewAct) => void): void {
  const latest = useRef(onAct);
  useEffect(() => {
    latest.current = onAct;
  });
  useEffect(() => {
    const element = stage.current;
    let rest = 0;
    const roll = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey) {
        latest.current({ kind: "zoom", by: event.deltaY < 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM });
        return;
      }
      rest += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * WHEEL_PIXELS;
      const by = Math.trunc(rest / WHEEL_PIXELS);
      rest -= by * WHEEL_PIXELS;
      if (by !== 0) latest.current({ kind: "go", by });
    };
    element?.addEventListener("wheel", roll, { passive: false });
    return () => element?.removeEventListener("wheel", roll);
  }, [stage]);
}
