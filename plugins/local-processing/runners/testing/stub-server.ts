// An HTTP server that stands for an engine in tests: answers known requests, and notes every other one as a problem.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { text } from "node:stream/consumers";
import type { TSchema } from "@thalamus/sdk";
import { Errors } from "typebox/value";

export interface StubRequest {
  readonly headers: IncomingMessage["headers"];
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
  /** What the pattern of the route caught. */
  readonly caught: readonly string[];
}

/** An answer, or what writes one by itself and may take its time. */
export type StubAnswer =
  | { readonly status: number; readonly json?: unknown; readonly headers?: Record<string, string> }
  | ((response: ServerResponse) => void);

export interface StubRoute {
  readonly method: string;
  /** Of the whole path. */
  readonly path: RegExp;
  /** Names of parameters with the values they may have; others are problems. */
  readonly query?: Readonly<Record<string, RegExp>>;
  /** Closed: a field that is not in it is a problem. Without it a body is one. */
  readonly body?: TSchema;
  readonly answer: (request: StubRequest) => StubAnswer | Promise<StubAnswer>;
}

export interface StubOptions {
  readonly routes: readonly StubRoute[];
  /** What both kinds of engine say of an error. */
  readonly refuse: (status: number, message: string) => StubAnswer;
  /** Said of requests with wrong headers, before anything else. */
  readonly doorman?: (request: IncomingMessage) => string | undefined;
}

export class StubServer {
  /** Requests that the real engine does not know, or would refuse. A test that leaves one has failed. */
  readonly problems: string[] = [];
  /** Method and path of each request, in order. */
  readonly asked: string[] = [];
  readonly #options: StubOptions;
  #close: () => Promise<void> = async () => undefined;

  constructor(options: StubOptions) {
    this.#options = options;
  }

  /** @param place a path for a socket, or keys for TLS on a port of the system's choice */
  async listen(place: string | ServerOptions): Promise<number> {
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void this.#take(request, response);
    const server = typeof place === "string" ? createServer(listener) : createTlsServer(place, listener);
    server.listen(typeof place === "string" ? { path: place } : { port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    this.#close = async () => {
      server.close();
      server.closeAllConnections();
    };
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** @throws Error with every problem */
  async close(): Promise<void> {
    await this.#close();
    if (this.problems.length > 0)
      throw new Error(`the engine was asked wrongly:\n${this.problems.join("\n")}`);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request).catch((error: Error) => {
      this.problems.push(`the stub failed: ${error.stack}`);
      return this.#options.refuse(500, "stub");
    });
    if (typeof answer === "function") return answer(response);
    const { status, json, headers = {} } = answer;
    response.writeHead(status, {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    });
    response.end(json === undefined ? undefined : JSON.stringify(json));
  }

  async #answer(request: IncomingMessage): Promise<StubAnswer> {
    const { method = "", url = "" } = request;
    const { pathname, searchParams } = new URL(url, "http://stub");
    this.asked.push(`${method} ${pathname}`);
    const complain = (what: string, status = 400) => {
      this.problems.push(`${method} ${url}: ${what}`);
      return this.#options.refuse(status, what);
    };
    const unwelcome = this.#options.doorman?.(request);
    if (unwelcome !== undefined) return complain(unwelcome);
    const route = this.#options.routes.find((one) => one.method === method && one.path.test(pathname));
    if (!route) return complain("there is no such route", 404);
    const query = new Map(searchParams);
    for (const [name, value] of query) {
      const allowed = route.query?.[name];
      if (!allowed?.test(value)) return complain(`parameter ${name}=${value}`);
    }
    const sent = await text(request);
    if (!route.body && sent !== "") return complain("a body where none belongs");
    if (route.body && !/^application\/json/.test(request.headers["content-type"] ?? "")) {
      return complain("a body that is not said to be JSON");
    }
    const body: unknown = sent === "" ? undefined : JSON.parse(sent);
    const [wrong] = route.body ? Errors(route.body, body) : [];
    if (wrong) return complain(`${wrong.instancePath} ${wrong.message} ${JSON.stringify(wrong.params)}`);
    const caught = route.path.exec(pathname)?.slice(1) ?? [];
    return route.answer({ headers: request.headers, query, body, caught });
  }
}
