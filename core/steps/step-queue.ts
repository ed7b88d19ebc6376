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
    for (const target of targets) {
      // "short": one waiting job for a step is enough, a second one is dropped
      const options = { policy: "short", expireInSeconds: FETCHED_TOO_LONG, retryLimit: 1000 } as const;
      await boss.createQueue(queueOf(target), options);
    }
    return new StepQueue(boss);
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

const queueOf = (target: string): string => `step.${target}`;

function transactionOf(em: EntityManager): Transaction {
  const transaction = em.getTransactionContext<Transaction>();
  if (!transaction) throw new Error("a step is enqueued only inside a transaction");
  return transaction;
}
