// One run of the load process: everything is prepared first, so that only sending is timed.
import { percentile } from "../kit/statistics.ts";
import { type MessageFramer, messageIdOf } from "./framed-messages.ts";
import { LoadAssociation } from "./load-association.ts";
import { type LoadObject, renewUids } from "./load-objects.ts";
import type { LoadOrder, LoadResult } from "./load-protocol.ts";

export class LoadRun {
  readonly #associations: readonly LoadAssociation[];
  readonly #messages: readonly Buffer[];
  readonly #bytes: number;
  readonly #milliseconds: number[] = [];
  readonly #refused: Record<string, number> = {};
  #next = 0;

  private constructor(associations: readonly LoadAssociation[], messages: readonly Buffer[], bytes: number) {
    this.#associations = associations;
    this.#messages = messages;
    this.#bytes = bytes;
  }

  /** Opens the associations and frames the messages. */
  static async prepare(
    order: LoadOrder,
    corpus: readonly LoadObject[],
    framer: MessageFramer,
  ): Promise<LoadRun> {
    const objects = corpus.slice(0, order.objects);
    renewUids(objects, order.run);
    const { sopClassUid, transferSyntaxUid } = objects[0]!;
    const peer = { port: order.port, calledAe: order.calledAe, sopClassUid, transferSyntaxUid };
    const associations = await Promise.all(
      Array.from({ length: order.associations }, () => LoadAssociation.open(peer)),
    );
    const messages = framer.frame(objects, order.run, associations[0]!.maxPduLength);
    const bytes = objects.reduce((sum, { dataSet }) => sum + dataSet.length, 0);
    return new LoadRun(associations, messages, bytes);
  }

  /** Every association takes the next message as soon as it has its answer. */
  async send(): Promise<LoadResult> {
    const cpu = process.cpuUsage();
    const began = performance.now();
    try {
      await Promise.all(this.#associations.map((association) => this.#work(association)));
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      await Promise.all(this.#associations.map((association) => association.release()));
      return {
        seconds,
        cpuSeconds: (user + system) / 1e6,
        p50Ms: percentile(this.#milliseconds, 0.5),
        p99Ms: percentile(this.#milliseconds, 0.99),
        bytes: this.#bytes,
        refused: this.#refused,
      };
    } finally {
      for (const association of this.#associations) association.destroy();
    }
  }

  async #work(association: LoadAssociation): Promise<void> {
    while (this.#next < this.#messages.length) {
      const index = this.#next;
      this.#next += 1;
      const began = performance.now();
      const status = await association.store(this.#messages[index]!, messageIdOf(index));
      this.#milliseconds.push(performance.now() - began);
      if (status !== 0) this.#refuse(status);
    }
  }

  #refuse(status: number): void {
    const name = `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;
    this.#refused[name] = (this.#refused[name] ?? 0) + 1;
  }
}
