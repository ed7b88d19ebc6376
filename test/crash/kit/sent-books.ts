// What the senders know: each object that was sent, and what the hub answered.
import type { SmallObject } from "./small-objects.ts";

export interface SentObject {
  readonly study: number;
  readonly number: number;
  readonly sopInstanceUid: string;
  readonly sha256: string;
  /** C-STORE answered 0x0000 at least once. */
  acknowledged: boolean;
  /** 0xA700 was answered at least once. */
  refused: boolean;
}

export class SentBooks {
  readonly objects = new Map<string, SentObject>();
  /** Answers that are neither success nor 0xA700. */
  readonly strange: string[] = [];
  acknowledged = 0;
  refusals = 0;
  #heard: (() => void)[] = [];

  /** Before the first byte leaves: from here on the hub may have it. */
  sending(object: SmallObject, number: number): SentObject {
    const { study, sentSopInstanceUid: sopInstanceUid, sha256 } = object;
    const known = this.objects.get(sopInstanceUid);
    if (known) return known;
    const sent = { study, number, sopInstanceUid, sha256, acknowledged: false, refused: false };
    this.objects.set(sopInstanceUid, sent);
    return sent;
  }

  answered(sent: SentObject, status: number): void {
    if (status === 0) {
      if (!sent.acknowledged) this.acknowledged += 1;
      sent.acknowledged = true;
    } else if (status === 0xa700) {
      sent.refused = true;
      this.refusals += 1;
    } else {
      this.strange.push(`0x${status.toString(16).toUpperCase().padStart(4, "0")}`);
    }
    const heard = this.#heard;
    this.#heard = [];
    for (const tell of heard) tell();
  }

  /** Resolves when the condition holds after an answer. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#heard.push(resolve));
  }

  /** Objects that were acknowledged, of these studies. */
  ofStudies(studies: ReadonlySet<number>): SentObject[] {
    return [...this.objects.values()].filter(({ study }) => studies.has(study));
  }
}
