// What a viewer shows: which frame, through which window, how large; and what keys and hands do to it.
import type { ValueWindow, WindowChoice } from "./frame-address.ts";

export interface ViewState {
  /** From 0 on. */
  readonly frame: number;
  readonly window: WindowChoice;
  /** 1: the whole picture fits. */
  readonly zoom: number;
  /** By how much of its own size the picture is moved. */
  readonly x: number;
  readonly y: number;
}

export type ViewAct =
  | { readonly kind: "go"; readonly by: number }
  | { readonly kind: "to"; readonly frame: number }
  | { readonly kind: "window"; readonly window: WindowChoice }
  /** Parts of the width; `seen` is the window that the picture is shown with. */
  | { readonly kind: "level"; readonly center: number; readonly width: number; readonly seen: ValueWindow }
  | { readonly kind: "zoom"; readonly by: number }
  | { readonly kind: "move"; readonly x: number; readonly y: number }
  | { readonly kind: "reset" };

export const FIRST_VIEW: ViewState = { frame: 0, window: "stored", zoom: 1, x: 0, y: 0 };
export const LARGEST_ZOOM = 8;
/** A narrower window shows two greys. */
const NARROWEST = 1;

/** @param count how many frames there are */
export function nextView(state: ViewState, act: ViewAct, count: number): ViewState {
  switch (act.kind) {
    case "go":
      return { ...state, frame: within(state.frame + act.by, 0, count - 1) };
    case "to":
      return { ...state, frame: within(act.frame, 0, count - 1) };
    case "window":
      return { ...state, window: act.window };
    case "level":
      return { ...state, window: leveled(act.seen, act.center, act.width) };
    case "zoom":
      return moved({ ...state, zoom: within(state.zoom * act.by, 1, LARGEST_ZOOM) }, 0, 0);
    case "move":
      return moved(state, act.x, act.y);
    case "reset":
      return { ...FIRST_VIEW, frame: state.frame };
  }
}

function leveled({ center, width }: ValueWindow, byCenter: number, byWidth: number): ValueWindow {
  const short = (value: number) => Number(value.toPrecision(4));
  return {
    center: short(center + byCenter * width),
    width: Math.max(NARROWEST, short(width * 2 ** byWidth)),
  };
}

/** No further than that its edge comes to the edge. */
function moved(state: ViewState, x: number, y: number): ViewState {
  const most = (state.zoom - 1) / (2 * state.zoom);
  return { ...state, x: within(state.x + x, -most, most), y: within(state.y + y, -most, most) };
}

const within = (value: number, least: number, most: number): number =>
  // an empty series has no frame at all
  Math.max(least, Math.min(value, most));

const PAGE = 10;
const ZOOM_STEP = 1.25;
const MOVE_STEP = 0.05;
const LEVEL_STEP = 0.1;

/** A key as the browser names it. */
export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const KEYS: Readonly<Record<string, ViewAct>> = {
  ArrowDown: { kind: "go", by: 1 },
  ArrowRight: { kind: "go", by: 1 },
  ArrowUp: { kind: "go", by: -1 },
  ArrowLeft: { kind: "go", by: -1 },
  PageDown: { kind: "go", by: PAGE },
  PageUp: { kind: "go", by: -PAGE },
  Home: { kind: "to", frame: 0 },
  End: { kind: "to", frame: Number.MAX_SAFE_INTEGER },
  "+": { kind: "zoom", by: ZOOM_STEP },
  "=": { kind: "zoom", by: ZOOM_STEP },
  "-": { kind: "zoom", by: 1 / ZOOM_STEP },
  "0": { kind: "reset" },
  w: { kind: "move", x: 0, y: MOVE_STEP },
  s: { kind: "move", x: 0, y: -MOVE_STEP },
  a: { kind: "move", x: MOVE_STEP, y: 0 },
  d: { kind: "move", x: -MOVE_STEP, y: 0 },
};

const LEVELS: Readonly<Record<string, { readonly center: number; readonly width: number }>> = {
  // a lower centre is a brighter picture
  ArrowUp: { center: -LEVEL_STEP, width: 0 },
  ArrowDown: { center: LEVEL_STEP, width: 0 },
  ArrowRight: { center: 0, width: LEVEL_STEP },
  ArrowLeft: { center: 0, width: -LEVEL_STEP },
};

/** @returns undefined for a key that is none of the viewer's */
export function actOfKey(pressed: PressedKey, seen: ValueWindow | undefined): ViewAct | undefined {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = pressed;
  if (ctrlKey || metaKey || altKey) return undefined;
  if (!shiftKey || !key.startsWith("Arrow")) return KEYS[key];
  const level = LEVELS[key];
  return seen && level ? { kind: "level", ...level, seen } : undefined;
}
