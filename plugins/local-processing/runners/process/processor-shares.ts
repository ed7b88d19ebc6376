// Gives each run processors of its own, as long as there are enough.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Processors that are lent to a run. */
export interface ProcessorShare extends Disposable {
  /** As taskset takes them: `0,2`. */
  readonly list: string;
}

export class ProcessorShares {
  /** How many runs use each processor. */
  readonly #used: Map<number, number>;

  /** @param processors numbers of those that may be used; the hub's own when left out */
  constructor(processors: readonly number[] = ownProcessors()) {
    this.#used = new Map(processors.map((processor) => [processor, 0]));
  }

  /** @param cpus how many; fractions are rounded up, and more than there are is all */
  take(cpus: number): ProcessorShare {
    const count = Math.min(this.#used.size, Math.max(1, Math.ceil(cpus)));
    const chosen = [...this.#used]
      .toSorted(([, one], [, other]) => one - other)
      .slice(0, count)
      .map(([processor]) => processor);
    const lend = (by: number) => {
      for (const one of chosen) this.#used.set(one, (this.#used.get(one) ?? 0) + by);
    };
    lend(1);
    return { list: chosen.toSorted((a, b) => a - b).join(","), [Symbol.dispose]: () => lend(-1) };
  }
}

/** Processors this process may run on; a container or a service may have been given some of them only. */
function ownProcessors(): number[] {
  const all = Array.from({ length: availableParallelism() }, (_, index) => index);
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
    return list === undefined ? all : list.split(",").flatMap(rangeOf);
  } catch {
    return all;
  }
}

/** `4-7` or `2`. */
function rangeOf(text: string): number[] {
  const [first = 0, last = first] = text.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
