// The timers that watch a running product: too long, too silent, not wanted any more.

/** A timer that starts anew with each `feed`. */
export interface Silence extends Disposable {
  feed(): void;
}

/** Calls `expired` once, when nothing fed it for `ms`; a run as a whole is never fed. */
export function afterSilence(ms: number, expired: () => void): Silence {
  const timer = setTimeout(expired, ms);
  return {
    feed: () => timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** Calls `aborted` when the signal is; it may be by now. */
export function onAbort(signal: AbortSignal, aborted: () => void): Disposable {
  signal.addEventListener("abort", aborted, { once: true });
  if (signal.aborted) aborted();
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", aborted) };
}
