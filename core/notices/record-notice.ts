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
export async function recordNotice(
  em: EntityManager,
  { event, studyId, detail = {} }: Happening,
  suppressed?: string,
): Promise<void> {
  const settled = suppressed === undefined ? null : new Date();
  // one statement, because most events have nobody who wants them
  await em.execute(
    `with recorded as (
       insert into notice (id, target, event, study_id, detail, state, reason, settled_at)
       select gen_random_uuid(), name, ?, ?, ?::jsonb, ?, ?, ? from notice_target where events @> ?::jsonb
       returning 1)
     select pg_notify(?, '') where exists (select 1 from recorded)`,
    [
      ...[event, studyId ?? null, JSON.stringify(detail)],
      ...[suppressed === undefined ? "waiting" : "suppressed", suppressed ?? null, settled],
      ...[JSON.stringify([event]), NOTICE_CHANNEL],
    ],
  );
}
