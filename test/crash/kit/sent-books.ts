// What the senders know: each object that was sent, and what the hub answered.
import type { SmallObject } from "./small-objects.ts";

const PATIENCE_MS = 90_000;

export interface SentObject {
  readonly sopInstanceUid: string;
  readonly sha256: string;
  /** C-STORE answered 0x0000 at least once. */
  acknowledged: boolean;
}

export class SentBooks {
  readonly objects = new Map<string, SentObject>();
  /** Answers that are neither success nor an expected refusal. */
  readonly strange: string[] = [];
  acknowledged = 0;
  refusals = 0;
  readonly #expected: readonly number[];
  #heard: (() => void)[] = [];

  /** @param expected DIMSE statuses with which the hub may refuse */
  constructor(expected: readonly number[]) {
    this.#expected = expected;
  }

  /** Before the first byte leaves: from here on the hub may have it. */
  sending({ sentSopInstanceUid: sopInstanceUid, sha256 }: SmallObject): SentObject {
    const known = this.objects.get(sopInstanceUid);
    if (known) return known;
    const sent = { sopInstanceUid, sha256, acknowledged: false };
    this.objects.set(sopInstanceUid, sent);
    return sent;
  }

  answered(sent: SentObject, status: number): void {
    if (status === 0) {
      if (!sent.acknowledged) this.acknowledged += 1;
      sent.acknowledged = true;
    } else if (this.#expected.includes(status)) {
      this.refusals += 1;
    } else {
      this.strange.push(`0x${status.toString(16).toUpperCase().padStart(4, "0")}`);
    }
    const heard = this.#heard;
    this.#heard = [];
    for (const tell of heard) tell();
  }

  /**
   * Resolves when the condition holds after an answer.
   * @throws Error when it does not come to that: hubs that hang are as bad as hubs that lose
   */
  async until(condition: () => boolean): Promise<void> {
    const giveUp = Promise.withResolvers<void>();
    const late = setTimeout(() => {
      const { acknowledged, refusals, strange } = this;
      const counts = `${acknowledged} acknowledged, ${refusals} refusals; ${strange.slice(-3).join("; ")}`;
      giveUp.reject(new Error(`the senders wait for answers: ${counts}`));
    }, PATIENCE_MS);
    try {
      while (!condition()) {
        const answer = new Promise<void>((resolve) => this.#heard.push(resolve));
        await Promise.race([answer, giveUp.promise]);
      }
    } finally {
      clearTimeout(late);
    }
  }
}
