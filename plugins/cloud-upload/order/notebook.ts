// The memo of a step while it is worked on: read once, changed field by field, safe before anything goes on.
import type { OutboundStep } from "@thalamus/sdk";
import { type CloudMemo, type PlacedOrder, readMemo } from "./memo.ts";

export class Notebook {
  readonly #step: OutboundStep;
  #memo: CloudMemo;
  #isWritten: boolean;
  #writing: Promise<void> = Promise.resolve();

  constructor(step: OutboundStep) {
    this.#step = step;
    const memo = readMemo(step.memo());
    this.#isWritten = memo !== undefined;
    this.#memo = memo ?? { version: 1, round: step.round };
  }

  get memo(): CloudMemo {
    return this.#memo;
  }

  get order(): PlacedOrder | undefined {
    return this.#memo.order;
  }

  /** Part of the order; several writers take turns, and none loses what another one wrote. */
  async writeOrder(change: (order: PlacedOrder) => PlacedOrder): Promise<void> {
    await this.write((memo) => (memo.order ? { ...memo, order: change(memo.order) } : memo));
  }

  async write(change: (memo: CloudMemo) => CloudMemo): Promise<void> {
    const written = this.#writing.then(async () => {
      const memo = change(this.#memo);
      await this.#step.remember(memo, memo.order?.id);
      this.#memo = memo;
      this.#isWritten = true;
    });
    this.#writing = written.catch(() => undefined);
    await written;
  }

  /** The cloud answered: what counted against it is forgotten. */
  async reached(): Promise<void> {
    if (this.#memo.awaySince === undefined || !this.#isWritten) return;
    await this.write(({ awaySince: _, ...memo }) => memo);
  }
}
