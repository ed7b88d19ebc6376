// One run of the load process: everything is prepared first, so that only sending is timed.
import { percentile } from "../kit/statistics.ts";
import { type MessageFramer, messageIdOf } from "./framed-messages.ts";
import { LoadAssociation, type LoadPeer } from "./load-association.ts";
import { type LoadObject, renewUids } from "./load-objects.ts";
import type { LoadOrder, LoadResult } from "./load-protocol.ts";

/** What of an association a run uses. */
type LoadSender = Pick<LoadAssociation, "store" | "release" | "destroy">;

export class LoadRun {
  readonly #senders: readonly LoadSender[];
  readonly #messages: readonly Buffer[];
  readonly #bytes: number;
  readonly #milliseconds: number[] = [];
  readonly #refused: Record<string, number> = {};
  #next = 0;

  private constructor(senders: readonly LoadSender[], messages: readonly Buffer[], bytes: number) {
    this.#senders = senders;
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
    const opened = await LoadAssociation.open(peer);
    const messages = framer.frame(objects, order.run, opened.maxPduLength);
    const bytes = objects.reduce((sum, { dataSet }) => sum + dataSet.length, 0);
    return new LoadRun(await sendersOf(order, peer, opened), messages, bytes);
  }

  /** Every association takes the next message as soon as it has its answer. */
  async send(): Promise<LoadResult> {
    const cpu = process.cpuUsage();
    const began = performance.now();
    try {
      await Promise.all(this.#senders.map((sender) => this.#work(sender)));
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      await Promise.all(this.#senders.map((sender) => sender.release()));
      return {
        seconds,
        cpuSeconds: (user + system) / 1e6,
        p50Ms: percentile(this.#milliseconds, 0.5),
        p99Ms: percentile(this.#milliseconds, 0.99),
        bytes: this.#bytes,
        refused: this.#refused,
      };
    } finally {
      for (const sender of this.#senders) sender.destroy();
    }
  }

  async #work(sender: LoadSender): Promise<void> {
    while (this.#next < this.#messages.length) {
      const index = this.#next;
      this.#next += 1;
      const began = performance.now();
      const status = await sender.store(this.#messages[index]!, messageIdOf(index));
      this.#milliseconds.push(performance.now() - began);
      if (status !== 0) this.#refuse(status);
    }
  }

  #refuse(status: number): void {
    const name = `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;
    this.#refused[name] = (this.#refused[name] ?? 0) + 1;
  }
}

async function sendersOf(order: LoadOrder, peer: LoadPeer, opened: LoadAssociation): Promise<LoadSender[]> {
  const count = order.associations;
  if (!order.churn) {
    const others = Array.from({ length: count - 1 }, () => LoadAssociation.open(peer));
    return [opened, ...(await Promise.all(others))];
  }
  // some servers take a few at once only, so none may stay open
  await opened.release();
  return Array.from({ length: count }, () => ({
    store: (message, id) => storeAlone(peer, message, id),
    release: async () => undefined,
    destroy: () => undefined,
  }));
}

/** Over an association of its own. */
async function storeAlone(peer: LoadPeer, message: Buffer, id: number): Promise<number> {
  const own = await LoadAssociation.open(peer);
  const status = await own.store(message, id);
  await own.release();
  return status;
}
