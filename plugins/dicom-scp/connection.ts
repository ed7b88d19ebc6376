// The TCP connection under an association: bytes in with a brake, whole messages out, timers, a clean end.
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { takeFrom } from "./landing.ts";

export interface ConnectionHandler {
  /**
   * Takes bytes as they came.
   * @returns the position after the last byte taken; the rest comes again after `release`
   */
  received(buffer: Buffer, start: number, end: number): number;
  /** The peer made no progress for the idle time. */
  idle(): void;
  /** The connection is gone; told once. */
  closed(): void;
}

const NOTHING = Buffer.alloc(0);

/**
 * Bytes are taken as they land (or from `data` events, with TLS) and passed on at once. While the connection is held, what one read
 * brought waits here, and the socket is paused when there is such a read: most senders wait for an answer
 * anyway, and as long as we read we hear at once when they hang up.
 */
export class Connection {
  /** IP address of the peer, IPv4 in its own form. */
  readonly remoteAddress: string;
  /** `TLSv1.3`; undefined on a plain connection. */
  readonly tlsVersion: string | undefined;
  readonly #socket: Socket;
  readonly #handler: ConnectionHandler;
  #rest: Buffer = NOTHING;
  #restStart = 0;
  #holds = 0;
  #finished = false;
  #deadline: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  /** How many of the holds wait for the peer to read its answers. */
  #unread = 0;

  constructor(socket: Socket, handler: ConnectionHandler) {
    this.#socket = socket;
    this.#handler = handler;
    this.remoteAddress = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    this.tlsVersion = socket instanceof TLSSocket ? (socket.getProtocol() ?? undefined) : undefined;
    const lands = takeFrom(socket, (buffer, length) => this.#land(buffer, length));
    if (!lands) socket.on("data", (bytes: Buffer) => this.#take(bytes));
    // An error is always followed by `close`, which says all there is to say: the peer is gone.
    socket.on("error", () => {});
    socket.on("close", () => this.#closed());
  }

  /** Runs `late` after `ms`, unless the deadline is set anew or lifted before. */
  setDeadline(ms: number, late: () => void): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(late, ms);
  }

  liftDeadline(): void {
    clearTimeout(this.#deadline);
  }

  /** @param ms time without `progress` after which the handler is told */
  setIdleTimeout(ms: number): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#timedOut(), ms);
  }

  /**
   * The idle time starts anew. Single bytes do not count: a peer that drips them would hold its place for
   * ever.
   */
  progress(): void {
    this.#idleTimer?.refresh();
  }

  /** Stops passing bytes on, and so stops a peer that goes on sending. Holds add up. */
  hold(): void {
    this.#holds += 1;
  }

  /** Takes back one hold. */
  release(): void {
    this.#holds -= 1;
    this.#pump();
    if (this.#rest.length === 0) this.#socket.resume();
  }

  /** Sends one whole message in one write; a peer that does not read its answers is not read from either. */
  send(message: Buffer): void {
    this.progress();
    if (this.#finished || this.#socket.write(message)) return;
    this.hold();
    this.#unread += 1;
    this.#socket.once("drain", () => {
      this.#unread -= 1;
      this.progress();
      this.release();
    });
  }

  /** Sends last words and gives the peer `lingerMs` to close; what it still sends is thrown away. */
  finish(lastWords: Buffer, lingerMs: number): void {
    this.#finished = true;
    this.#rest = NOTHING;
    clearTimeout(this.#idleTimer);
    this.setDeadline(lingerMs, () => this.destroy());
    this.#socket.end(lastWords);
    this.#socket.resume();
  }

  destroy(): void {
    this.#finished = true;
    clearTimeout(this.#idleTimer);
    this.#socket.destroy();
  }

  /** The buffer is used again after this, so what cannot be passed on now is copied. */
  #land(buffer: Buffer, length: number): boolean {
    if (this.#finished) return true;
    this.#rest = buffer.subarray(0, length);
    this.#restStart = 0;
    this.#pump();
    if (this.#rest.length === 0) return true;
    this.#rest = Buffer.from(this.#rest.subarray(this.#restStart));
    this.#restStart = 0;
    return false;
  }

  #take(bytes: Buffer): void {
    if (this.#finished) return;
    this.#rest = bytes;
    this.#restStart = 0;
    this.#pump();
    if (this.#rest.length > 0) this.#socket.pause();
  }

  #pump(): void {
    while (this.#holds === 0 && !this.#finished && this.#restStart < this.#rest.length) {
      this.#restStart = this.#handler.received(this.#rest, this.#restStart, this.#rest.length);
    }
    if (this.#restStart >= this.#rest.length) this.#rest = NOTHING;
  }

  #timedOut(): void {
    // While held for anything but unread answers it is we who are slow.
    if (this.#holds > this.#unread) this.#idleTimer?.refresh();
    else this.#handler.idle();
  }

  #closed(): void {
    this.liftDeadline();
    clearTimeout(this.#idleTimer);
    this.#finished = true;
    this.#handler.closed();
  }
}
