// Notices a sender that keeps a message open and sends so little of it that it only takes up a place.

export interface PaceParts {
  /** Bytes that must come in one period while one message is open all the time. */
  readonly leastBytes: number;
  readonly periodMs: number;
  /** Whether a message has begun and is not complete. */
  readonly inMessage: () => boolean;
  readonly tooSlow: () => void;
}

/** A timer that is so late was kept waiting by this process, and so were the bytes. */
const OWN_DELAY_MS = 500;

/**
 * Looks once a period. Whole small PDUs keep an association from being idle; this is for them. A period in which
 * a message ended, or in which this process was busy with something else, says nothing about the sender.
 */
export class Pace {
  readonly #parts: PaceParts;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #messagesEnded = 0;
  #began = { inMessage: false, at: Date.now() };

  constructor(parts: PaceParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#look(), parts.periodMs).unref();
  }

  came(bytes: number): void {
    this.#bytes += bytes;
  }

  messageEnded(): void {
    this.#messagesEnded += 1;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { leastBytes, periodMs, inMessage, tooSlow } = this.#parts;
    const now = Date.now();
    const wasOpen = this.#began.inMessage && inMessage() && this.#messagesEnded === 0;
    const isOurDelay = now - this.#began.at > periodMs + OWN_DELAY_MS;
    const isSlow = wasOpen && !isOurDelay && this.#bytes < leastBytes;
    this.#bytes = 0;
    this.#messagesEnded = 0;
    this.#began = { inMessage: inMessage(), at: now };
    if (isSlow) tooSlow();
  }
}
