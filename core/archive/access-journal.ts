// Journals who searched and read received objects; many requests of one kind in a row are one line more, not many.
import type { MikroORM } from "@mikro-orm/postgresql";
import { type JournalLine, journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";

/** A viewer asks for hundreds of frames of one study; within this time they count as one access. */
const WINDOW_MS = 60_000;

/** An access as it is journalled; counts in `detail` are added up. */
export interface Access extends JournalLine {
  readonly actor: string;
  readonly detail: Readonly<Record<string, string | number | readonly string[]>>;
  /** The counts. */
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds in which more of it leaves no line at all: what a page shows by itself, whenever it is opened. */
  readonly onceIn?: number;
}

interface Window {
  readonly access: Access;
  readonly written: Promise<unknown>;
  requests: number;
  counts: Record<string, number>;
  timer: NodeJS.Timeout;
}

/**
 * The first access is in the journal before it is served. More of the same reader, study and kind within a minute
 * are counted and journalled at its end, or when the hub stops; should the hub die before, their number is lost, but
 * not that they had access.
 */
export class AccessJournal {
  readonly #orm: MikroORM;
  readonly #log: HubLog;
  readonly #windows = new Map<string, Window>();

  constructor(orm: MikroORM, log: HubLog) {
    this.#orm = orm;
    this.#log = log;
  }

  /** @throws Error when it cannot be written: what cannot be journalled is not served */
  async note(access: Access): Promise<void> {
    const key = JSON.stringify([access.event, access.actor, access.studyId, access.detail]);
    const open = this.#windows.get(key);
    if (open) {
      open.requests += 1;
      for (const [name, count] of Object.entries(access.counts)) {
        open.counts[name] = (open.counts[name] ?? 0) + count;
      }
      await open.written;
      return;
    }
    const written = this.#write(access, { ...access.detail, ...access.counts });
    const timer = setTimeout(() => void this.#end(key), access.onceIn ?? WINDOW_MS);
    timer.unref();
    this.#windows.set(key, { access, written, requests: 0, counts: {}, timer });
    try {
      await written;
    } catch (error) {
      clearTimeout(timer);
      this.#windows.delete(key);
      throw error;
    }
  }

  /** Writes what was counted and not yet written. */
  async stop(): Promise<void> {
    await Promise.all([...this.#windows.keys()].map((key) => this.#end(key)));
  }

  async #end(key: string): Promise<void> {
    const window = this.#windows.get(key);
    if (!window) return;
    this.#windows.delete(key);
    clearTimeout(window.timer);
    const { access, requests, counts } = window;
    if (requests === 0 || access.onceIn !== undefined) return;
    await this.#write(access, { ...access.detail, ...counts, furtherRequests: requests }).catch((error) =>
      this.#log.error("archive.access-not-journalled", { error: (error as Error).name, requests }),
    );
  }

  #write({ event, actor, studyId }: Access, detail: JournalLine["detail"] & object): Promise<unknown> {
    return journal(this.#orm.em.fork(), { event, actor, detail, ...(studyId ? { studyId } : {}) });
  }
}
