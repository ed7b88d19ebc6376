// Speaks HTTP with an engine that runs containers: bounded waits for answers, no bound for streams.
import type { Readable } from "node:stream";
import { printable } from "@thalamus/sdk";
import { Agent, type Dispatcher, request } from "undici";
import { EngineAway } from "./runner.ts";

const ANSWER_MS = 60_000;
const CONNECT_MS = 10_000;
const LONGEST_MESSAGE = 300;

/** The engine understood a request and refused it; its own words are for the log. */
export class EngineRefusal extends Error {
  override readonly name = "EngineRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface EngineHttpOptions {
  /** For messages: `the Docker engine`. */
  readonly who: string;
  /** `http://docker` for a socket, whose path is in `connect`. */
  readonly origin: string;
  readonly connect: Agent.Options["connect"];
  /** Asked before each request. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
}

export interface EngineRequest {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Method = Dispatcher.HttpMethod;

export class EngineHttp {
  readonly #options: EngineHttpOptions;
  readonly #agent: Agent;

  constructor(options: EngineHttpOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connect: { ...(options.connect as object), timeout: CONNECT_MS },
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
      // streams of runs each hold a connection
      connections: null,
    });
  }

  /**
   * @returns what a JSON answer says; undefined for an empty one
   * @throws EngineRefusal, EngineAway, the reason of the signal
   */
  async call<T>(method: Method, path: string, options: EngineRequest = {}): Promise<T> {
    const { body } = await this.#ask(method, path, options, ANSWER_MS);
    const text = await body.text().catch((error) => this.#away(error, options.signal));
    if (text === "") return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new EngineAway(`${this.#options.who} gave an answer that is not JSON.`);
    }
  }

  /** The headers of an answer to a request without a body. */
  async headersOf(path: string): Promise<Readonly<Record<string, string | string[] | undefined>>> {
    const { headers, body } = await this.#ask("GET", path, {}, ANSWER_MS);
    await body.dump();
    return headers;
  }

  /** A body that comes as long as it comes. @throws as `call` */
  async stream(method: Method, path: string, options: EngineRequest = {}): Promise<Readable> {
    const { body } = await this.#ask(method, path, options, 0);
    return body;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #ask(method: Method, path: string, options: EngineRequest, bodyTimeout: number) {
    const { origin, headers: own } = this.#options;
    const { query = {}, body, headers = {}, signal } = options;
    const url = `${origin}${path}${Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query)}`}`;
    try {
      const answer = await request(url, {
        dispatcher: this.#agent,
        method,
        bodyTimeout,
        headers: {
          ...(await own?.()),
          ...headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
      if (answer.statusCode < 400) return answer;
      throw this.#refused(answer.statusCode, await answer.body.text());
    } catch (error) {
      if (error instanceof EngineRefusal || error instanceof EngineAway) throw error;
      return this.#away(error, signal);
    }
  }

  /** Both engines answer refusals with an object that has a message. */
  #refused(status: number, text: string): Error {
    const message = printable(messageIn(text), LONGEST_MESSAGE);
    // it is busy, or broken, and may not be for long
    if (status >= 500 && status !== 501) {
      return new EngineAway(`${this.#options.who} failed (HTTP ${status}).`, { cause: message });
    }
    if (status === 429) return new EngineAway(`${this.#options.who} is busy (HTTP 429).`);
    return new EngineRefusal(status, message);
  }

  #away(error: unknown, signal: AbortSignal | undefined): never {
    signal?.throwIfAborted();
    const { code = "no answer" } = error as NodeJS.ErrnoException;
    throw new EngineAway(`${this.#options.who} does not answer (${code}).`, { cause: error });
  }
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : "";
  } catch {
    return text;
  }
}
