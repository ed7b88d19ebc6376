// Watches the memory of a process group where no control group does it.
import { memoryOfGroup } from "./process-group.ts";

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
