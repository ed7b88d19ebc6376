// Keeps the part of the heap in which new objects are made small: V8 would let it grow to 128 MB.
import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Both halves. More makes nothing faster here, and keeps buffers that nobody needs for longer. */
const MOST_BYTES = 16_777_216;

/**
 * While modules are loaded, which would blow it up at once. V8 doubles the nursery after a collection that much
 * survives; when it is to multiply it by one it leaves it as it is. The option made for this, `--max-semi-space-size`,
 * is read before the first line of a program, and a hub may be started in any way.
 */
export function holdNursery(): void {
  growBy(1);
}

/** From now on it grows as it needs to, up to its bound. */
export function letNurseryGrow(): void {
  let factor = 1;
  const collected = new PerformanceObserver(() => {
    const due = nurseryBytes() < MOST_BYTES ? 2 : 1;
    if (due !== factor) growBy(due);
    factor = due;
  });
  collected.observe({ entryTypes: ["gc"] });
}

const growBy = (factor: number): void => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

function nurseryBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
