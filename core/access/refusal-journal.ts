// Writes into the journal what was refused: who was not allowed, which keys were wrong; no script can fill it.
import type { JournalLine } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";

export interface Refusal {
  /** Ends in `.refused`. */
  readonly event: string;
  readonly actor: string;
  /** Where it came from; counts with the actor, since whoever has no name shares one. */
  readonly address: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Of one event, actor and address; and of all of them together, on each hub. */
const MOST_OF_ONE = 10;
const MOST_OF_ALL = 300;
const WINDOW_MS = 3_600_000;

interface Count {
  readonly since: number;
  written: number;
  /** Refusals that were not written; the next line tells. */
  unsaid: number;
}

export class RefusalJournal {
  readonly #write: (line: JournalLine) => Promise<unknown>;
  readonly #log: Pick<HubLog, "warn">;
  readonly #clock: () => number;
  readonly #counts = new Map<string, Count>();
  #all: Count = { since: 0, written: 0, unsaid: 0 };

  constructor(
    write: (line: JournalLine) => Promise<unknown>,
    log: Pick<HubLog, "warn">,
    clock: () => number = Date.now,
  ) {
    this.#write = write;
    this.#log = log;
    this.#clock = clock;
  }

  /** Never rejects: the refusal itself stands. */
  async tell({ event, actor, address, detail }: Refusal): Promise<void> {
    const unsaid = this.#take(`${event} ${actor} ${address}`);
    if (unsaid === undefined) return;
    const line = { event, actor, detail: { ...detail, address, ...(unsaid > 0 ? { unsaid } : {}) } };
    await this.#write(line).catch((error: Error) =>
      this.#log.warn("access.refusal-not-journalled", { error: error.name }),
    );
  }

  /** @returns how many were not written since the last line; undefined: this one is not written either */
  #take(key: string): number | undefined {
    const now = this.#clock();
    if (now - this.#all.since > WINDOW_MS) {
      this.#all = { since: now, written: 0, unsaid: 0 };
      // what is over and told is forgotten, so that addresses that never come back take no room
      for (const [one, { since, unsaid }] of this.#counts)
        if (now - since > WINDOW_MS && unsaid === 0) this.#counts.delete(one);
    }
    if (this.#all.written >= MOST_OF_ALL) return undefined;
    const before = this.#counts.get(key);
    const isOver = before === undefined || now - before.since > WINDOW_MS;
    const count = isOver ? { since: now, written: 0, unsaid: before?.unsaid ?? 0 } : before;
    this.#counts.set(key, count);
    if (count.written >= MOST_OF_ONE) {
      count.unsaid += 1;
      return undefined;
    }
    const { unsaid } = count;
    count.unsaid = 0;
    count.written += 1;
    this.#all.written += 1;
    return unsaid;
  }
}
