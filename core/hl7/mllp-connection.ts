// One connection to a receiver of HL7 messages: connect, send a block, wait for one block back.
import type { Socket } from "node:net";
import { MllpError, type MllpPeer } from "@thalamus/sdk";
import { ConnectionStages } from "../net/connection-stages.ts";
import { connectTo, isTlsFailure, TlsFilesUnusable } from "../net/peer-connection.ts";
import { frameMllp, MllpGarbage, MllpReader } from "./mllp-frames.ts";

export interface MllpLimits {
  /** Milliseconds to reach the peer. */
  readonly connectMs: number;
  /** Longest acknowledgement in bytes. */
  readonly maxAnswerBytes: number;
}

/** The first failure, whatever it is, ends the connection: it is what every wait rejects with from then on. */
export class MllpConnection {
  /** How far it came, for the test button. */
  readonly stages: ConnectionStages;
  readonly #socket: Socket;
  readonly #reader: MllpReader;
  readonly #failed = Promise.withResolvers<never>();
  readonly #ready: Promise<void>;
  readonly #connectMs: number;
  #answered: ((block: Buffer) => void) | undefined;
  #isReady = false;
  #isOver = false;

  /** @throws MllpError `mllp.tls-files` */
  constructor(peer: MllpPeer, { connectMs, maxAnswerBytes }: MllpLimits) {
    const { socket, readyEvent } = connecting(peer);
    this.#socket = socket;
    this.#connectMs = connectMs;
    this.#reader = new MllpReader(maxAnswerBytes);
    this.stages = new ConnectionStages(peer, socket);
    // failures are heard wherever something is awaited; one that comes in between must not end the process
    this.#failed.promise.catch(() => {});
    this.#ready = new Promise((resolve) => {
      socket.once(readyEvent, () => {
        this.#isReady = true;
        resolve();
      });
    });
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => this.#lost(error));
    socket.on("close", () => this.#lost());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws MllpError, or the signal's reason */
  async connected(signal: AbortSignal): Promise<void> {
    const late = () => new MllpError("mllp.unreachable", `no connection within ${this.#connectMs} ms`);
    await this.#inTime(this.#ready, this.#connectMs, late, signal);
  }

  /**
   * Sends one message; the caller waits for its answer before the next.
   * @throws MllpError `mllp.timeout`, `.broken`, `.garbage`, or the signal's reason
   */
  async exchange(message: Uint8Array, answerMs: number, signal: AbortSignal): Promise<Buffer> {
    const answer = new Promise<Buffer>((resolve) => {
      this.#answered = resolve;
    });
    this.#socket.write(frameMllp(message));
    const late = () => new MllpError("mllp.timeout", `no acknowledgement within ${answerMs / 1000} s`);
    return await this.#inTime(answer, answerMs, late, signal);
  }

  /** Hangs up in good order. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.destroySoon();
  }

  /** Does not keep the process alive while nothing is awaited. */
  rest(): void {
    this.#socket.unref();
  }

  async #inTime<T>(done: Promise<T>, ms: number, late: () => Error, signal: AbortSignal): Promise<T> {
    const cancelled = () => this.#fail(signal.reason as Error);
    const timer = setTimeout(() => this.#fail(late()), ms);
    signal.addEventListener("abort", cancelled, { once: true });
    this.#socket.ref();
    if (signal.aborted) cancelled();
    try {
      return await Promise.race([done, this.#failed.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancelled);
    }
  }

  #received(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      for (const block of this.#reader.read(chunk)) this.#answer(block);
    } catch (error) {
      if (!(error instanceof MllpGarbage)) throw error;
      this.#fail(new MllpError("mllp.garbage", error.message));
    }
  }

  /** A block that nobody waits for would be taken for the answer to the next message, so the connection ends. */
  #answer(block: Buffer): void {
    const answered = this.#answered;
    this.#answered = undefined;
    if (answered) answered(block);
    else
      this.#fail(new MllpError("mllp.wrong-answer", "the receiver sent something that it was not asked for"));
  }

  #lost(error?: NodeJS.ErrnoException): void {
    const how = error?.code ?? "it was closed";
    if (this.#isReady) {
      this.#fail(new MllpError("mllp.broken", `the connection broke before the acknowledgement: ${how}`));
    } else if (this.stages.pending === "tls" || (error && isTlsFailure(error))) {
      this.#fail(new MllpError("mllp.tls", `no encrypted connection to the receiver: ${how}`));
    } else this.#fail(new MllpError("mllp.unreachable", `no connection to the receiver: ${how}`));
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.destroy();
    this.#failed.reject(error);
  }
}

function connecting(peer: MllpPeer) {
  try {
    return connectTo(peer);
  } catch (error) {
    if (error instanceof TlsFilesUnusable) throw new MllpError("mllp.tls-files", error.message, true);
    throw error;
  }
}
