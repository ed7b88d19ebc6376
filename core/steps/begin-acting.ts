// Records that steps are about to act: of several at once, since every delivery waits for it before its first byte.
import type { MikroORM } from "@mikro-orm/postgresql";
import { CHANGE_CHANNEL } from "../observe/changes.ts";
import type { ClaimedStep } from "./step-claim.ts";

/** Nobody is waited for: who waits for one step while holding another could be waited for in turn. */
const MOVE = `
with wanted as (
  select * from jsonb_to_recordset(?::jsonb) as w(id uuid, token uuid)
), held as (
  select s.id from step s join wanted w on s.id = w.id and s.claim_token = w.token
   where s.state = 'claimed' for update of s skip locked
), moved as (
  update step set state = 'acting' from held where step.id = held.id
  returning step.id, step.study_id, step.target, step.attempt
), told as (
  insert into journal (event, study_id, step_id, actor, detail)
  select 'step.acting', study_id, id, 'hub', jsonb_build_object('target', target) from moved
)
select id, pg_notify(?, json_build_object(
    'resource', 'step', 'id', id, 'kind', 'updated', 'studyId', study_id,
    'patch', json_build_object('state', 'acting', 'attempt', attempt, 'target', target))::text)
  from moved`;

/**
 * In a transaction, so that it is undone when this hub dies at it.
 * @param patience whether to `wait` for whoever holds a step, or to `skip` it
 * @returns for each step, in order, whether it acts now
 */
export async function beginActing(
  orm: MikroORM,
  steps: readonly ClaimedStep[],
  patience: "wait" | "skip",
): Promise<boolean[]> {
  const wanted = steps.map(({ id, claimToken }) => ({ id, token: claimToken }));
  const statement = patience === "wait" ? MOVE.replace(" skip locked", "") : MOVE;
  const values = [JSON.stringify(wanted), CHANGE_CHANNEL];
  const moved = await orm.em.fork().transactional((em) => em.execute<{ id: string }[]>(statement, values));
  const ids = new Set(moved.map(({ id }) => id));
  return steps.map(({ id }) => ids.has(id));
}
