// Follows the log as it is written and comes back by itself after a break, where it left off. What is searched for goes
// into the body of the request, which an EventSource could not do.
import { ApiFault, say, sayFault } from "@thalamus/sdk/ui";
import { EventReader, type ServerEvent } from "./event-reader.ts";
import type { LogLine } from "./log-lines.ts";
import type { LogSearch } from "./log-search.ts";

export interface LogNews {
  readonly lines: readonly LogLine[];
  readonly place: string | undefined;
}

export interface FollowerOptions {
  readonly search: LogSearch;
  /** From here on. */
  readonly after: string | null;
  readonly onNews: (news: LogNews) => void;
  /** Lines were left out. */
  readonly onGap: () => void;
  readonly onState: (state: "live" | "reconnecting") => void;
  /** The hub will not stream this: signed out, not allowed, or a pattern that takes too long. */
  readonly onRefused: (fault: ApiFault) => void;
}

/** The hub sends something every 15 s. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export class LogFollower {
  readonly #options: FollowerOptions;
  readonly #stopped = new AbortController();
  #after: string | null;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#after = options.after;
    void this.#follow();
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #follow(): Promise<void> {
    const { onState, onRefused } = this.#options;
    const { signal } = this.#stopped;
    for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        if (await this.#once()) waitMs = FIRST_WAIT_MS;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiFault) return onRefused(error);
      }
      if (signal.aborted) return;
      onState("reconnecting");
      await pause(waitMs, signal);
    }
  }

  /** @returns whether it was live for a while; @throws ApiFault when it is no use to try again */
  async #once(): Promise<boolean> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const signal = AbortSignal.any([this.#stopped.signal, silence.signal]);
    let wasLive = false;
    try {
      const body = JSON.stringify({ ...this.#options.search, ...(this.#after && { after: this.#after }) });
      const headers = { "content-type": "application/json" };
      const response = await fetch("/api/logs/stream", { method: "POST", headers, body, signal });
      if (!response.ok || !response.body) throw await faultOf(response);
      const reader = new EventReader();
      for await (const piece of piecesOf(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        wasLive = true;
        for (const event of reader.read(piece)) this.#take(event);
      }
    } finally {
      clearTimeout(timer);
    }
    return wasLive;
  }

  #take({ event, id, data }: ServerEvent): void {
    const { onNews, onGap, onState } = this.#options;
    this.#after = id ?? this.#after;
    const content = JSON.parse(data) as { lines?: LogLine[]; message?: string };
    if (event === "refused") throw new ApiFault(400, "logs.slow-pattern", content.message ?? "");
    if (event === "gap") onGap();
    if (event === "ready" || event === "gap") onState("live");
    onNews({ lines: content.lines ?? [], place: id });
  }
}

/** A hub that is away or too busy is asked again; one that refuses is not. */
async function faultOf(response: Response): Promise<Error> {
  const told = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  if (response.status >= 500 || response.status === 429) return new Error("away");
  const message = told.message ?? say("The hub answered %{status}.", { status: response.status });
  const code = told.code ?? `http.${response.status}`;
  return new ApiFault(response.status, code, sayFault(code, message));
}

/** Not every browser can go through a stream with `for await`. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
