// What an update would interrupt: steps in hand and uploads that are being taken in. All of it goes on after the restart.
import type { MikroORM } from "@mikro-orm/postgresql";

export interface RunningWork {
  /** Checks, products and deliveries that run now. */
  readonly steps: number;
  /** Taken in now, or coming in. */
  readonly uploads: number;
  /** Senders that are in the middle of a study. */
  readonly associations: number;
}

export async function runningWork(orm: MikroORM): Promise<RunningWork> {
  const [row] = await orm.em.fork().execute<RunningWork[]>(
    `select (select count(*) from step where state in ('claimed', 'acting'))::int as steps,
            (select count(*) from upload where state = 'unpacking'
                or (state = 'receiving' and updated_at > now() - interval '2 minutes'))::int as uploads,
            (select count(distinct association_id) from open_association)::int as associations`,
  );
  return row ?? { steps: 0, uploads: 0, associations: 0 };
}

export const totalOf = ({ steps, uploads, associations }: RunningWork): number =>
  steps + uploads + associations;
