// Keeps what was found out about archives that are being sent, so that a pause in an upload does not read the study again.
import type { DeidentifiedStudy } from "@thalamus/sdk";
import { archiveOf, type StudyArchive } from "./study-archive.ts";

/** Uploads that are in hand at once; a layout of ten thousand files takes a few MB. */
const MOST_KEPT = 6;

export class ArchiveShelf {
  readonly #kept = new Map<string, StudyArchive>();

  /** @throws as archiveOf */
  async of(copy: DeidentifiedStudy, signal: AbortSignal): Promise<StudyArchive> {
    const archive = this.#kept.get(copy.id) ?? (await archiveOf(await copy.instances(), signal));
    this.#kept.delete(copy.id);
    this.#kept.set(copy.id, archive);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return archive;
  }

  remove(copyId: string): void {
    this.#kept.delete(copyId);
  }
}
