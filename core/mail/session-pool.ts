// Keeps a finished line to a mail server for the next mail, for a while; closes all when the hub stops.
import { createHash } from "node:crypto";
import { MailError, type MailServer } from "@thalamus/sdk";
import type { SmtpSession } from "./smtp-session.ts";

interface Waiting {
  readonly session: SmtpSession;
  readonly timer: NodeJS.Timeout;
}

/** More lines at once are opened when they are wanted, and closed afterwards. */
const MOST_WAITING = 2;

export class SessionPool {
  readonly #idleMs: number;
  readonly #open: (server: MailServer, signal: AbortSignal) => Promise<SmtpSession>;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #working = new Set<SmtpSession>();
  readonly #closed = new AbortController();

  constructor(idleMs: number, open: (server: MailServer, signal: AbortSignal) => Promise<SmtpSession>) {
    this.#idleMs = idleMs;
    this.#open = open;
  }

  /** Lends a line for some work; after work that failed it is closed. */
  async with<T>(
    server: MailServer,
    signal: AbortSignal,
    work: (session: SmtpSession) => Promise<T>,
  ): Promise<T> {
    if (this.#closed.signal.aborted) throw new MailError("mail.unreachable", "The hub is stopping.");
    const key = keyOf(server);
    const either = AbortSignal.any([signal, this.#closed.signal]);
    const session = (await this.#takeWaiting(key, either)) ?? (await this.#open(server, either));
    this.#working.add(session);
    try {
      const done = await work(session);
      this.#keep(key, session);
      return done;
    } catch (error) {
      session.close();
      throw error;
    } finally {
      this.#working.delete(session);
    }
  }

  close(): void {
    this.#closed.abort(new MailError("mail.unreachable", "The hub is stopping."));
    for (const { session, timer } of [...this.#waiting.values()].flat()) {
      clearTimeout(timer);
      session.end();
    }
    this.#waiting.clear();
    for (const session of this.#working) session.close();
  }

  async #takeWaiting(key: string, signal: AbortSignal): Promise<SmtpSession | undefined> {
    for (;;) {
      const waiting = this.#waiting.get(key)?.pop();
      if (waiting === undefined) return undefined;
      clearTimeout(waiting.timer);
      if (await waiting.session.isAlive(signal)) return waiting.session;
    }
  }

  #keep(key: string, session: SmtpSession): void {
    const waiting = this.#waiting.get(key) ?? [];
    if (this.#closed.signal.aborted || !session.usable || waiting.length >= MOST_WAITING) {
      session.end();
      return;
    }
    const timer = setTimeout(() => {
      this.#waiting.set(
        key,
        (this.#waiting.get(key) ?? []).filter((one) => one.session !== session),
      );
      session.end();
    }, this.#idleMs);
    // the process may end while a line waits
    timer.unref();
    this.#waiting.set(key, [...waiting, { session, timer }]);
  }
}

/** Other settings, another line; the password is not kept as a key. */
const keyOf = (server: MailServer): string =>
  createHash("sha256").update(JSON.stringify(server)).digest("base64");
