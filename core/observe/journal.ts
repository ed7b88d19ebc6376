// Writes the append-only audit trail, in the transaction of what it tells about.
import type { EntityManager } from "@mikro-orm/postgresql";

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
  const rows = lines.map(({ event, studyId, stepId, actor = "hub", detail = {} }) => {
    return { event, study_id: studyId, step_id: stepId, actor, detail };
  });
  return em.execute(
    `insert into journal (event, study_id, step_id, actor, detail)
     select event, study_id, step_id, actor, detail from jsonb_to_recordset(?::jsonb)
         as line(event text, study_id uuid, step_id uuid, actor text, detail jsonb)`,
    [JSON.stringify(rows)],
  );
}
