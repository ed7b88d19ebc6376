// The picture of the frame that is looked at: the wanted one, or the last one until it comes.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { frameAddress, type ValueWindow } from "./frame-address.ts";
import { FrameStore } from "./frame-store.ts";
import type { ViewState } from "./view-state.ts";

export interface ShownFrame {
  /** Undefined until the first picture comes. */
  readonly url: string | undefined;
  /** What the picture is seen through; undefined for colours. */
  readonly window: ValueWindow | undefined;
  /** The wanted one is on its way. */
  readonly isComing: boolean;
  /** Why the wanted one did not come. */
  readonly fault: unknown;
  readonly retry: () => void;
}

/** The likeliest next one first. */
const NEIGHBOURS = [1, -1, 2, -2, 3, 4] as const;

/** @param paths of the frames of a series, in their order */
export function useFrame(paths: readonly string[], { frame, window }: ViewState, size: number): ShownFrame {
  const [store] = useState(() => new FrameStore());
  const last = useRef<{ readonly url: string; readonly window: ValueWindow | undefined }>(undefined);
  const addressOf = (index: number) => frameAddress(paths[index]!, { window, size });
  const wanted = addressOf(frame);
  const ahead = NEIGHBOURS.map((by) => frame + by)
    .filter((index) => index >= 0 && index < paths.length)
    .map(addressOf);
  const loaded = useSyncExternalStore(store.subscribe, () => store.get(wanted));
  // the same frame has the same neighbours
  useEffect(() => store.want(wanted, ahead), [store, wanted]);
  useEffect(() => () => store.close(), [store]);
  if (loaded && "url" in loaded) last.current = loaded;
  return {
    url: last.current?.url,
    window: last.current?.window,
    isComing: loaded === undefined,
    fault: loaded && "fault" in loaded ? loaded.fault : undefined,
    retry: () => store.retry(wanted),
  };
}
