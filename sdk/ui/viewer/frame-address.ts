// Where the picture of a frame is asked for, and through which window it is looked at.

/** Values around `center`, `width` of them, become the greys from black to white. */
export interface ValueWindow {
  readonly center: number;
  readonly width: number;
}

/** `stored`: as the image says; `fit`: as its values lie. */
export type WindowChoice = "stored" | "fit" | ValueWindow;

export interface FrameLook {
  readonly window: WindowChoice;
  /** Pixels of the longer side. */
  readonly size: number;
}

export function frameAddress(path: string, { window, size }: FrameLook): string {
  const query = new URLSearchParams({ size: String(size) });
  if (typeof window === "string") query.set("window", window);
  else {
    query.set("center", String(window.center));
    query.set("width", String(window.width));
  }
  return `${path}?${query}`;
}
