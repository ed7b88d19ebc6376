// Pictures of frames as they come from the hub: the one that is wanted first, then its neighbours, in memory only.
import { faultOf, noAnswer } from "../call-api.ts";
import type { ValueWindow } from "./frame-address.ts";

/** A picture that has come, or why it has not. */
export type LoadedFrame =
  | { readonly url: string; readonly window: ValueWindow | undefined }
  | { readonly fault: unknown };

export interface FrameStoreOptions {
  /** How many pictures are kept. */
  readonly most?: number;
  readonly load?: LoadFrame;
  /** Gives the memory of a picture back. */
  readonly release?: (url: string) => void;
}

export type LoadFrame = (
  address: string,
  signal: AbortSignal,
) => Promise<LoadedFrame & { readonly url: string }>;

/** Some 30 KB each. */
const MOST_KEPT = 300;
/** Of the one that is wanted: while it changes quickly, every second one comes. */
const WANTED_AT_ONCE = 2;
const AHEAD_AT_ONCE = 2;

export class FrameStore {
  readonly #most: number;
  readonly #load: LoadFrame;
  readonly #release: (url: string) => void;
  /** In the order of their last use. */
  readonly #loaded = new Map<string, LoadedFrame>();
  readonly #loading = new Map<string, { readonly gone: AbortController; readonly ahead: boolean }>();
  readonly #listeners = new Set<() => void>();
  #wanted: string | undefined;
  #ahead: readonly string[] = [];
  #closed = false;

  constructor({ most = MOST_KEPT, load = loadFrame, release = revoke }: FrameStoreOptions = {}) {
    this.#most = most;
    this.#load = load;
    this.#release = release;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get(address: string): LoadedFrame | undefined {
    return this.#loaded.get(address);
  }

  /** @param ahead what will probably be wanted next, the likeliest first */
  want(address: string, ahead: readonly string[]): void {
    this.#closed = false;
    this.#wanted = address;
    this.#ahead = ahead;
    for (const [loading, { gone, ahead: isAhead }] of this.#loading) {
      if (isAhead && loading !== address && !ahead.includes(loading)) gone.abort();
    }
    this.#use(address);
    this.#go();
  }

  /** Asks once more for what did not come. */
  retry(address: string): void {
    const found = this.#loaded.get(address);
    if (found && "fault" in found) this.#loaded.delete(address);
    this.#go();
    this.#tell();
  }

  /** Gives everything back. */
  close(): void {
    this.#closed = true;
    this.#wanted = undefined;
    this.#ahead = [];
    for (const { gone } of this.#loading.values()) gone.abort();
    for (const frame of this.#loaded.values()) if ("url" in frame) this.#release(frame.url);
    this.#loaded.clear();
  }

  #go(): void {
    const wanted = this.#wanted;
    if (wanted !== undefined && !this.#loaded.has(wanted)) {
      if (!this.#loading.has(wanted) && this.#count(false) < WANTED_AT_ONCE) this.#begin(wanted, false);
      return;
    }
    for (const address of this.#ahead) {
      if (this.#count(true) >= AHEAD_AT_ONCE) return;
      if (!this.#loaded.has(address) && !this.#loading.has(address)) this.#begin(address, true);
    }
  }

  #count(ahead: boolean): number {
    return [...this.#loading.values()].filter((one) => one.ahead === ahead && !one.gone.signal.aborted)
      .length;
  }

  #begin(address: string, ahead: boolean): void {
    const gone = new AbortController();
    this.#loading.set(address, { gone, ahead });
    void this.#load(address, gone.signal)
      .catch((fault: unknown): LoadedFrame => ({ fault }))
      .then((frame) => this.#ended(address, gone.signal, frame));
  }

  #ended(address: string, { aborted }: AbortSignal, frame: LoadedFrame): void {
    this.#loading.delete(address);
    if (this.#closed || (aborted && "fault" in frame)) {
      if ("url" in frame) this.#release(frame.url);
    } else {
      this.#loaded.set(address, frame);
      this.#forget();
    }
    if (this.#closed) return;
    this.#go();
    this.#tell();
  }

  /** The last ones that were looked at stay. */
  #forget(): void {
    for (const [address, frame] of this.#loaded) {
      if (this.#loaded.size <= this.#most) return;
      if (address === this.#wanted) continue;
      this.#loaded.delete(address);
      if ("url" in frame) this.#release(frame.url);
    }
  }

  #use(address: string): void {
    const frame = this.#loaded.get(address);
    if (!frame) return;
    this.#loaded.delete(address);
    this.#loaded.set(address, frame);
  }

  #tell(): void {
    for (const notify of this.#listeners) notify();
  }
}

const revoke = (url: string): void => URL.revokeObjectURL(url);

/** @throws ApiFault */
async function loadFrame(address: string, signal: AbortSignal) {
  const response = await fetch(address, { credentials: "same-origin", signal }).catch(noAnswer);
  if (!response.ok) throw faultOf(response, await response.text());
  const [center, width] = ["window-center", "window-width"].map((name) => response.headers.get(name));
  const window = center && width ? { center: Number(center), width: Number(width) } : undefined;
  return { url: URL.createObjectURL(await response.blob()), window };
}
