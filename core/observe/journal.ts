// Writes the append-only audit trail, in the transaction of what it tells about.
import type { EntityManager } from "@mikro-orm/postgresql";
import { JournalEntry } from "../database/entities/journal-entry.ts";

export interface JournalLine {
  /** Past tense, dotted: `study.stable`. */
  readonly event: string;
  readonly studyId?: string;
  readonly stepId?: string;
  readonly actor?: string;
  /** Codes, counts and ids; never PHI. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export function journal(em: EntityManager, line: JournalLine): Promise<unknown> {
  return journalAll(em, [line]);
}

/** Several lines in one statement, in their order. */
export function journalAll(em: EntityManager, lines: readonly JournalLine[]): Promise<unknown> {
  return em.insertMany(
    JournalEntry,
    lines.map((line) => ({
      event: line.event,
      studyId: line.studyId ?? null,
      stepId: line.stepId ?? null,
      actor: line.actor ?? "hub",
      detail: line.detail ?? {},
    })),
  );
}
