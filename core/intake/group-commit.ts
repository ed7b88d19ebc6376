// One transaction for all instances that wait: none pays a round trip of its own.
import type { Accepted, IntakeSource } from "@thalamus/sdk";
import type { InstanceHeader } from "./study-header.ts";

/** An instance whose file has its final name and whose row is not there yet. */
export interface Arrival {
  readonly header: InstanceHeader;
  readonly transferSyntaxUid: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly path: string;
  readonly association: { readonly id: string; readonly source: IntakeSource };
}

/** An arrival that is on record. */
export interface Recorded extends Accepted {
  /** Id of its row; absent for a duplicate, which has none of its own. */
  readonly row?: number;
}

/** Writes a batch in one transaction and answers each arrival, in order. */
export type BatchWriter = (batch: readonly Arrival[]) => Promise<readonly Recorded[]>;

interface Waiting {
  readonly arrival: Arrival;
  readonly accept: (recorded: Recorded) => void;
  readonly refuse: (error: unknown) => void;
}

const LARGEST_BATCH = 500;

/** While one batch is on its way to the disk the next one gathers. */
export class GroupCommit {
  readonly #write: BatchWriter;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(write: BatchWriter) {
    this.#write = write;
  }

  add(arrival: Arrival): Promise<Recorded> {
    return new Promise((accept, refuse) => {
      this.#waiting.push({ arrival, accept, refuse });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, LARGEST_BATCH);
      try {
        const answers = await this.#write(batch.map(({ arrival }) => arrival));
        for (const [index, { accept }] of batch.entries()) accept(answers[index]!);
      } catch (error) {
        await this.#oneByOne(batch, error);
      }
    }
    this.#running = undefined;
  }

  /** One bad row must not refuse its neighbours. */
  async #oneByOne(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1) return batch[0]!.refuse(error);
    for (const { arrival, accept, refuse } of batch) {
      try {
        const [answer] = await this.#write([arrival]);
        accept(answer!);
      } catch (own) {
        refuse(own);
      }
    }
  }
}
