// Puts an event on record for every destination that wants it, in the transaction of what happened.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { NoticeDetail, NoticeEvent } from "@thalamus/sdk";

/** Channel of NOTIFY that wakes those who send. */
export const NOTICE_CHANNEL = "thalamus_notice";

export interface Happening {
  readonly event: NoticeEvent;
  readonly studyId?: string;
  /** Codes, counts, ids and names of plugin entries; never PHI. */
  readonly detail?: NoticeDetail;
}

/** @param suppressed why nobody is told, for the record; left out, everybody is who wants to be */
export function recordNotice(em: EntityManager, happening: Happening, suppressed?: string): Promise<void> {
  return recordNotices(em, [happening], suppressed);
}

/** Several events in one statement, because most events have nobody who wants them. */
export async function recordNotices(
  em: EntityManager,
  happenings: readonly Happening[],
  suppressed?: string,
): Promise<void> {
  const settled = suppressed === undefined ? null : new Date();
  const told = happenings.map(({ event, studyId = null, detail = {} }) => ({ event, studyId, detail }));
  await em.execute(
    `with happening as (
       select * from jsonb_to_recordset(?::jsonb) as h(event text, "studyId" uuid, detail jsonb)
     ), recorded as (
       insert into notice (id, target, event, study_id, detail, state, reason, settled_at)
       select gen_random_uuid(), t.name, h.event, h."studyId", h.detail, ?, ?, ?
         from happening h join notice_target t on t.events @> jsonb_build_array(h.event)
       returning 1)
     select pg_notify(?, '') where exists (select 1 from recorded)`,
    [
      JSON.stringify(told),
      ...[suppressed === undefined ? "waiting" : "suppressed", suppressed ?? null, settled],
      NOTICE_CHANNEL,
    ],
  );
}
