// Says in which study folders a hub is writing: where to look for files without a row when it is found dead.
import { existsSync, mkdirSync, unlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { flushFolder, forgetFolder } from "../files/folder-flush.ts";

/** Whose folder it is. */
export interface MarkedStudy {
  readonly studyInstanceUid: string;
  /** Of a cloud order, or empty. */
  readonly owner: string;
}

/** What stands in the mark of a cloud order's folder instead of a UID. */
export const OWNED = "owned";

/** A folder nothing was written to for so long loses its mark; taking it back at once would cost every association. */
const LINGER_MS = 60_000;
const SWEEP_EVERY_MS = 30_000;

export interface Mark {
  readonly study: MarkedStudy;
  /** Resolves when mark and folder are on the disk. */
  ready: Promise<void>;
  /** Whether `ready` has resolved: then nobody needs to wait for it. */
  isReady: boolean;
  /** Objects that are being written or recorded. */
  held: number;
  /** Files, relative to the tree of received files, whose row could not be written. */
  readonly unrecorded: Set<string>;
  lastUsed: number;
}

/**
 * A received file is written under its final name, and its row comes a moment later. So a hub that dies may leave a
 * file without a row, in one of the folders it has marked: a few, however many are kept. A mark is a file in the
 * hub's own folder of the incoming tree, named as the study's folder; in it stands the StudyInstanceUID (0020,000D), or
 * that a cloud order owns it, whose upload is still there and brings everything once more.
 */
export class FolderMarks {
  readonly #incoming: string;
  readonly #marks = new Map<string, Mark>();
  readonly #sweeper: NodeJS.Timeout;

  /** @param incoming folder of this hub in the incoming tree */
  constructor(incoming: string) {
    this.#incoming = incoming;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
  }

  /** Before a file is written to the folder; it may be written when the mark is `ready`, which may reject. */
  hold(folder: string, study: MarkedStudy): Mark {
    const mark = this.#marks.get(folder) ?? this.#make(folder, study);
    mark.held += 1;
    mark.lastUsed = Date.now();
    return mark;
  }

  /** @param unrecorded a file whose row the database did not take, or nobody knows whether it did */
  release(mark: Mark, unrecorded?: string): void {
    mark.held -= 1;
    if (unrecorded !== undefined) mark.unrecorded.add(unrecorded);
  }

  /** It has its row, or is gone. */
  settled(folder: string, path: string): void {
    this.#marks.get(folder)?.unrecorded.delete(path);
  }

  /** Takes the mark of a folder back that nobody writes to, before its time. */
  drop(folder: string): void {
    const mark = this.#marks.get(folder);
    if (mark && mark.held === 0 && mark.unrecorded.size === 0) this.#remove(folder);
  }

  /** Files without a row whose writer lives: folder and path relative to the tree of received files. */
  unrecorded(): { folder: string; path: string; owner: string }[] {
    return [...this.#marks].flatMap(
      ([
        folder,
        {
          unrecorded,
          study: { owner },
        },
      ]) => [...unrecorded].map((path) => ({ folder, path, owner })),
    );
  }

  /** When somebody took this hub for dead and removed its incoming folder, what it still does gets its marks again. */
  async renew(): Promise<void> {
    if (existsSync(this.#incoming)) return;
    mkdirSync(this.#incoming, { recursive: true, mode: 0o700 });
    await forgetFolder(this.#incoming);
    for (const [folder, mark] of this.#marks) {
      if (mark.held === 0 && mark.unrecorded.size === 0) this.#marks.delete(folder);
      else await this.#write(folder, mark.study);
    }
  }

  /** Takes every mark back but those of folders with a file without a row. */
  close(): void {
    clearInterval(this.#sweeper);
    this.#sweep(0);
  }

  #make(folder: string, study: MarkedStudy): Mark {
    const mark: Mark = {
      study,
      ready: Promise.resolve(),
      isReady: false,
      held: 0,
      unrecorded: new Set(),
      lastUsed: 0,
    };
    this.#marks.set(folder, mark);
    mark.ready = this.#write(folder, study).then(
      () => {
        mark.isReady = true;
      },
      (error: unknown) => {
        this.#marks.delete(folder);
        throw error;
      },
    );
    return mark;
  }

  async #write(folder: string, { studyInstanceUid, owner }: MarkedStudy): Promise<void> {
    await using file = await open(this.#pathOf(folder), "w", 0o600);
    await file.writeFile(owner === "" ? studyInstanceUid : OWNED);
    await file.datasync();
    // after the mark: who purges a study removes its folder first and looks for marks then
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await flushFolder(this.#incoming);
    await flushFolder(dirname(folder));
    await flushFolder(dirname(dirname(folder)));
  }

  #sweep(lingerMs = LINGER_MS): void {
    for (const [folder, { held, unrecorded, lastUsed }] of this.#marks) {
      if (held > 0 || unrecorded.size > 0 || Date.now() - lastUsed < lingerMs) continue;
      this.#remove(folder);
    }
  }

  #remove(folder: string): void {
    this.#marks.delete(folder);
    try {
      unlinkSync(this.#pathOf(folder));
    } catch {
      // one too many costs a look at its folder, nothing else
    }
  }

  #pathOf(folder: string): string {
    return join(this.#incoming, basename(folder));
  }
}
