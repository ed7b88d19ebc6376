// Writes the append-only audit trail, in the transaction of what it tells about.
import type { EntityManager } from "@mikro-orm/postgresql";
import { addressNow } from "./request-origin.ts";

const HUB = "hub";

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
  const from = addressNow();
  const rows = lines.map(({ event, studyId, stepId, actor = HUB, detail = {} }) => {
    const address = actor === HUB ? undefined : from;
    return { event, study_id: studyId, step_id: stepId, actor, address, detail };
  });
  return em.execute(
    `insert into journal (event, study_id, step_id, actor, address, detail)
     select event, study_id, step_id, actor, address, detail from jsonb_to_recordset(?::jsonb)
         as line(event text, study_id uuid, step_id uuid, actor text, address text, detail jsonb)`,
    [JSON.stringify(rows)],
  );
}
