// How many steps go before one that waits: its place in the queue of its target.
import type { EntityManager } from "@mikro-orm/postgresql";
import { QUEUE_SCHEMA } from "../database/database.ts";
import type { StepRow } from "../database/entities/step.ts";
import { QUEUE_PREFIX } from "./step-queue.ts";

export interface QueuePlace {
  /** 1 is the next one. */
  readonly place: number;
  /** All that wait for the target now. */
  readonly waiting: number;
}

/**
 * Places of orders, by the id of their step. Steps that wait for their next try, and those a hub has just taken, have
 * none. The order is that in which hubs fetch: oldest job first.
 */
export async function queuePlaces(
  em: EntityManager,
  steps: readonly StepRow[],
): Promise<ReadonlyMap<string, QueuePlace>> {
  const waiting = steps.filter(({ phase, state }) => phase === "process" && state === "ready");
  if (waiting.length === 0) return new Map();
  const rows = await em.execute<(QueuePlace & { id: string })[]>(
    `select id, place::int, waiting::int from (
       select singleton_key as id, row_number() over turn as place, count(*) over (partition by name) as waiting
         from ${QUEUE_SCHEMA}.job where name in (?) and state < 'active' and start_after <= now()
       window turn as (partition by name order by priority desc, created_on)) as queue
      where id in (?)`,
    [[...new Set(waiting.map(({ target }) => `${QUEUE_PREFIX}${target}`))], waiting.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, place, waiting: all }) => [id, { place, waiting: all }]));
}
