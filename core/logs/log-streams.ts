// Who follows the log now, so that all can be sent away when the hub stops.

const MOST = 32;

export class LogStreams {
  readonly #open = new Set<AbortController>();

  /** @returns undefined when there are too many */
  begin(): AbortController | undefined {
    if (this.#open.size >= MOST) return undefined;
    const stream = new AbortController();
    this.#open.add(stream);
    return stream;
  }

  ended(stream: AbortController): void {
    this.#open.delete(stream);
    stream.abort();
  }

  endAll(): void {
    for (const stream of this.#open) this.ended(stream);
  }
}
