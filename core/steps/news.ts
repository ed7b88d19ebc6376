// What a transaction has to tell: gathered while it works, written at its end in one statement for each kind of listener.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { StepRow } from "../database/entities/step.ts";
import { type Happening, recordNotices } from "../notices/record-notice.ts";
import { announceAll, type Change } from "../observe/changes.ts";
import { type JournalLine, journalAll } from "../observe/journal.ts";

export class News {
  readonly #lines: JournalLine[] = [];
  readonly #changes: Change[] = [];
  readonly #happenings: Happening[] = [];

  /** For people and auditors. */
  journal(line: JournalLine): void {
    this.#lines.push(line);
  }

  /** For the screens. */
  announce(change: Change): void {
    this.#changes.push(change);
  }

  /** For those who asked to be told. */
  happened(happenings: readonly Happening[]): void {
    this.#happenings.push(...happenings);
  }

  /** A step moved, as it stands now. */
  moved(row: StepRow, event: string, detail: Readonly<Record<string, unknown>> = {}): void {
    const { id, target, state, attempt } = row;
    const studyId = row.study.id;
    this.journal({ event, studyId, stepId: id, detail: { target, ...detail } });
    this.announce({ resource: "step", id, kind: "updated", studyId, patch: { state, attempt, target } });
  }

  /** It was looked at, and goes on waiting: for the screens only. */
  waits({ id, study, state, target, progress = null, stage = null }: StepRow): void {
    const patch = { state, target, progress, stage };
    this.announce({ resource: "step", id, kind: "updated", studyId: study.id, patch });
  }

  /** Part of the transaction; what comes later is written by the next call. */
  async write(em: EntityManager): Promise<void> {
    const lines = this.#lines.splice(0);
    const changes = this.#changes.splice(0);
    const happenings = this.#happenings.splice(0);
    if (lines.length > 0) await journalAll(em, lines);
    if (changes.length > 0) await announceAll(em, changes);
    if (happenings.length > 0) await recordNotices(em, happenings);
  }
}
