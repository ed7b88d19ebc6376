// The timers that watch a running product: too long, too silent, too large.
import { memoryOfGroup } from "./process-group.ts";

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

/** Looks every `ms` what a process group takes, and calls `exceeded` when that is more than `limit` bytes. */
export function watchMemory(leader: number, limit: number, ms: number, exceeded: () => void): Disposable {
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    if ((await memoryOfGroup(leader)) > limit) exceeded();
    looking = false;
  }, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Calls `aborted` when the signal is; it may be by now. */
export function onAbort(signal: AbortSignal, aborted: () => void): Disposable {
  signal.addEventListener("abort", aborted, { once: true });
  if (signal.aborted) aborted();
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", aborted) };
}
