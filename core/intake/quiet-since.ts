// Since when a study is quiet, for screens that count down to its being complete.
import type { EntityManager } from "@mikro-orm/postgresql";

/** Of a study `s`. When all of a cloud order's study is here its order says; what is new later are values. */
export const IS_OURS = "(s.owner = '' or s.revision > 1)";

/** Of a study `s`, as text; null when it is complete, or an association of it is open, or its order says when. */
export const QUIET_SINCE = `case when s.status = 'receiving' and s.stable_at is null and ${IS_OURS}
  and not exists (select 1 from open_association a where a.study_id = s.id)
  then to_char(s.quiet_since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end`;

/** Of those that are quiet now. */
export async function quietSinceOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const sql = `select s.id, ${QUIET_SINCE} as since from study s where s.id in (?)`;
  const rows = await em.execute<{ id: string; since: string | null }[]>(sql, [ids]);
  return new Map(rows.flatMap(({ id, since }) => (since === null ? [] : [[id, since] as const])));
}
