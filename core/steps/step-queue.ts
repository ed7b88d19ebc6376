// The queue under the ledger: a job only says that somebody should look at a step now.
import type { EntityManager } from "@mikro-orm/postgresql";
import { fromKysely, PgBoss } from "pg-boss";
import { QUEUE_SCHEMA } from "../database/database.ts";
import type { StepRow } from "../database/entities/step.ts";
import { WAKE_CHANNEL } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";

type Transaction = Parameters<typeof fromKysely>[0];

/** Seconds until a job that was fetched by a hub which died before it claimed the step is given out again. */
const FETCHED_TOO_LONG = 30;

interface Job {
  readonly stepId: string;
}

/** A job that was fetched, and the step it points to. */
export interface FetchedJob {
  readonly jobId: string;
  readonly stepId: string;
}

/** A step that wants a look. */
export interface Enqueued extends Pick<StepRow, "id" | "target"> {
  /** Wait before the first look. */
  readonly delaySeconds?: number;
  /** Somebody else is at work on it: it goes before what has not begun, since a look at it takes a moment. */
  readonly isBegun?: boolean;
}

export class StepQueue {
  readonly #boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  static async open(url: string, targets: readonly string[], log: HubLog): Promise<StepQueue> {
    const boss = new PgBoss({
      connectionString: url,
      schema: QUEUE_SCHEMA,
      max: 4,
      superviseIntervalSeconds: 10,
      monitorIntervalSeconds: 10,
    });
    boss.on("error", (error) => log.warn("queue.disturbed", { code: error.name }));
    await boss.start();
    const queue = new StepQueue(boss);
    for (const target of targets) await queue.addTarget(target);
    return queue;
  }

  async addTarget(target: string): Promise<void> {
    // "short": one waiting job for a step is enough, a second one is dropped
    const options = { policy: "short", expireInSeconds: FETCHED_TOO_LONG, retryLimit: 1000 } as const;
    await this.#boss.createQueue(queueOf(target), options);
  }

  /**
   * Asks for a look at the step, in the entity manager's open transaction: the job is there if the row is.
   * @param delaySeconds wait before the first look
   */
  async enqueue(em: EntityManager, step: Pick<StepRow, "id" | "target">, delaySeconds = 0): Promise<void> {
    const db = fromKysely(transactionOf(em));
    const job: Job = { stepId: step.id };
    const options = { db, singletonKey: step.id, startAfter: delaySeconds };
    await this.#boss.send(queueOf(step.target), job, options);
    await em.execute("select pg_notify(?, ?)", [WAKE_CHANNEL, step.target]);
  }

  /** The same for many, with one notification for each target. */
  async enqueueAll(em: EntityManager, steps: readonly Enqueued[]): Promise<void> {
    const db = fromKysely(transactionOf(em));
    for (const [target, own] of Map.groupBy(steps, (step) => step.target)) {
      const jobs = own.map(({ id, delaySeconds = 0, isBegun = false }) => {
        return {
          data: { stepId: id },
          singletonKey: id,
          startAfter: delaySeconds,
          priority: isBegun ? 1 : 0,
        };
      });
      await this.#boss.insert(queueOf(target), jobs, { db });
      await em.execute("select pg_notify(?, ?)", [WAKE_CHANNEL, target]);
    }
  }

  /**
   * Steps that are due and have no waiting job: it got lost between fetch and claim. Not those that merely wait for
   * their turn, of which a slow destination has thousands.
   */
  lost(em: EntityManager, due: Date, limit: number): Promise<Enqueued[]> {
    return em.execute(
      `select id, target, waiting_since is not null as "isBegun" from step
        where state = 'ready' and created_at < ? and (not_before is null or not_before < ?)
          and not exists (select 1 from ${QUEUE_SCHEMA}.job j
            where j.name = ? || step.target and j.singleton_key = step.id::text and j.state < 'active')
        order by created_at limit ?`,
      [due, due, QUEUE_PREFIX, limit],
    );
  }

  async fetch(target: string, limit: number): Promise<FetchedJob[]> {
    const jobs = await this.#boss.fetch<Job>(queueOf(target), { batchSize: limit });
    return jobs.map(({ id, data }) => ({ jobId: id, stepId: data.stepId }));
  }

  /** Takes jobs off the queue in the transaction that claims their steps. */
  async complete(em: EntityManager, target: string, jobs: readonly FetchedJob[]): Promise<void> {
    const db = fromKysely(transactionOf(em));
    const ids = jobs.map(({ jobId }) => jobId);
    await this.#boss.complete(queueOf(target), ids, null, { db });
  }

  close(): Promise<void> {
    return this.#boss.stop({ graceful: true, timeout: 5000 });
  }
}

/** Before the name of a target. */
export const QUEUE_PREFIX = "step.";
const queueOf = (target: string): string => `${QUEUE_PREFIX}${target}`;

function transactionOf(em: EntityManager): Transaction {
  const transaction = em.getTransactionContext<Transaction>();
  if (!transaction) throw new Error("a step is enqueued only inside a transaction");
  return transaction;
}
