// A connection to one receiver that stays open between messages; messages go one after the other.
import { MllpError, type MllpPeer } from "@thalamus/sdk";
import { MllpConnection, type MllpLimits } from "./mllp-connection.ts";

export class KeptConnection {
  readonly #peer: MllpPeer;
  readonly #limits: MllpLimits & { readonly idleMs: number };
  #connection: MllpConnection | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(peer: MllpPeer, limits: MllpLimits & { readonly idleMs: number }) {
    this.#peer = peer;
    this.#limits = limits;
  }

  /**
   * Waits for its turn and sends.
   * @throws MllpError, or the signal's reason
   */
  async exchange(message: Uint8Array, signal: AbortSignal): Promise<Buffer> {
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    try {
      await untilTurn(before, signal);
      return await this.#exchangeNow(message, signal);
    } finally {
      // who gave up waiting must not let the next one in too early
      void before.then(() => turn.resolve());
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#connection?.close();
    this.#connection = undefined;
  }

  /**
   * A kept connection may be closed by the other side just while something is sent: then it is sent once more over a
   * new one. The control id makes that the same message.
   */
  async #exchangeNow(message: Uint8Array, signal: AbortSignal): Promise<Buffer> {
    clearTimeout(this.#idle);
    const kept = this.#connection?.isOver === false ? this.#connection : undefined;
    if (!kept) return await this.#send(await this.#opened(signal), message, signal);
    try {
      return await this.#send(kept, message, signal);
    } catch (error) {
      if (!(error instanceof MllpError && error.code === "mllp.broken")) throw error;
      return await this.#send(await this.#opened(signal), message, signal);
    }
  }

  async #opened(signal: AbortSignal): Promise<MllpConnection> {
    const connection = new MllpConnection(this.#peer, this.#limits);
    await connection.connected(signal);
    this.#connection = connection;
    return connection;
  }

  async #send(connection: MllpConnection, message: Uint8Array, signal: AbortSignal): Promise<Buffer> {
    const answer = await connection.exchange(message, this.#peer.answerSeconds * 1000, signal);
    connection.rest();
    this.#idle = setTimeout(() => this.close(), this.#limits.idleMs).unref();
    return answer;
  }
}

function untilTurn(before: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  const cancelled = Promise.withResolvers<never>();
  const cancel = () => cancelled.reject(signal.reason as Error);
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  return Promise.race([before, cancelled.promise]).finally(() => signal.removeEventListener("abort", cancel));
}
