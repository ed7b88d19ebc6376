// The service under its path: lets requests in, gives each to its door, and brings all to an end on stop.
import type { BlockList } from "node:net";
import { performance } from "node:perf_hooks";
import { type Log, parseNetworks, type WebCall, type WebService } from "@thalamus/sdk";
import { type Origin, originOf, ownAddress } from "@thalamus/sdk/web";
import { CrossOrigin } from "./cross-origin.ts";
import { Exchange, stopping } from "./exchange.ts";
import type { GenerationOne } from "./generation-1/generation-1.ts";
import type { GenerationTwo } from "./generation-2/generation-2.ts";
import type { CloudApiCounts, Door } from "./metrics.ts";
import type { PartDoor } from "./part-door.ts";
import { problemOf, Refusal } from "./refusal.ts";
import type { CloudApiSettings } from "./settings.ts";

export interface ServiceParts {
  readonly settings: CloudApiSettings;
  readonly log: Log;
  readonly counts: CloudApiCounts;
  readonly one: GenerationOne;
  readonly two: GenerationTwo;
  readonly partDoor: PartDoor;
  /** How long requests in hand may go on after `stop`, in milliseconds. */
  readonly stopGraceMs?: number;
}

const STOP_GRACE_MS = 3000;

export class CloudApiService implements WebService {
  readonly path: string;
  readonly #parts: ServiceParts;
  readonly #proxies: BlockList;
  readonly #crossOrigin: CrossOrigin;
  readonly #stopCounting: () => void;
  readonly #ending = new AbortController();
  readonly #open = new Set<Promise<void>>();
  #requests = 0;
  #lastId = 0;
  #stopping: Promise<void> | undefined;
  #warned = false;

  /** @throws Permanent when the settings cannot be used */
  constructor(parts: ServiceParts) {
    const { settings, counts, log } = parts;
    this.#parts = parts;
    this.path = settings.path;
    this.#proxies = parseNetworks(settings.proxies, "cloud-api.bad-proxy");
    this.#crossOrigin = new CrossOrigin(settings.browserOrigins);
    this.#stopCounting = counts.readOpen(() => this.#open.size);
    log.info("service.started", { path: this.path, generations: settings.generations.map(String) });
  }

  allowsOrigin(origin: string): boolean {
    return this.#crossOrigin.allows(origin);
  }

  async handle(call: WebCall): Promise<void> {
    const work = this.#handle(call);
    const done = work.catch(() => {});
    this.#open.add(done);
    try {
      await work;
    } finally {
      this.#open.delete(done);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const timer = setTimeout(() => this.#ending.abort(), this.#parts.stopGraceMs ?? STOP_GRACE_MS);
    while (this.#open.size > 0) await Promise.all(this.#open);
    clearTimeout(timer);
    this.#stopCounting();
    this.#parts.log.info("service.stopped");
  }

  async #handle(call: WebCall): Promise<void> {
    const begun = performance.now();
    this.#lastId += 1;
    const id = this.#lastId;
    const origin = originOf(call.request, this.#proxies);
    const exchange = new Exchange({
      ...{ call, origin, signal: this.#ending.signal },
      baseUrl: ownAddress(call.request, origin, this.path, this.#parts.settings.publicUrl),
      idleMs: this.#parts.settings.idleTimeoutSeconds * 1000,
    });
    const door = doorOf(call.path);
    let code: string | undefined;
    try {
      if (this.#stopping) throw stopping();
      this.#warnOfPlain(origin);
      await this.#serve(exchange, door);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      code = error.code;
      refuse(exchange, door, error);
    } finally {
      this.#note(exchange, { id, door, code, ms: Math.round(performance.now() - begun) });
    }
  }

  async #serve(exchange: Exchange, door: Door): Promise<void> {
    const { settings, one, two, partDoor } = this.#parts;
    if (door === "generation-1" || door === "parts") {
      this.#crossOrigin.mark(exchange.request, exchange.response);
      if (exchange.method === "OPTIONS") {
        return exchange.empty(204, this.#crossOrigin.preflight(exchange.request));
      }
    }
    if (door === "parts") return partDoor.serve(exchange, exchange.path.slice("/parts/".length));
    if (!settings.generations.includes(door === "generation-1" ? 1 : 2)) {
      const message = "This generation of the API is not offered here (generations).";
      throw new Refusal(404, "cloud-api.not-found", message);
    }
    if (this.#requests >= settings.maxRequests) {
      const message = "Too many requests at once (maxRequests). Try again later.";
      throw new Refusal(503, "cloud-api.busy", message, { retryAfter: 10 });
    }
    this.#requests += 1;
    try {
      if (door === "generation-1") await one.serve(exchange, exchange.path.slice("/api/".length));
      else await two.serve(exchange);
    } finally {
      this.#requests -= 1;
    }
  }

  /** Neither path nor query: the address of a part is a secret, and a study's UID is nobody's business. */
  #note({ response, origin, fields }: Exchange, { id, door, code, ms }: Ended): void {
    const status = response.headersSent ? String(response.statusCode) : "gone";
    this.#parts.counts.request(door, status);
    this.#parts.log[code === undefined ? "info" : "warn"]("request.ended", {
      ...{ request: id, door, remoteAddress: origin.remoteAddress, status, code },
      ...fields,
      ms,
    });
  }

  /** Keys and images can be read on the way. Told once, not with each request. */
  #warnOfPlain({ encrypted, throughProxy, remoteAddress }: Origin): void {
    if (this.#warned || encrypted || throughProxy || /^127\.|^::1$/.test(remoteAddress)) return;
    this.#warned = true;
    this.#parts.log.warn("connection.plain", { code: "cloud-api.plain", remoteAddress });
  }
}

interface Ended {
  readonly id: number;
  readonly door: Door;
  readonly code: string | undefined;
  readonly ms: number;
}

function doorOf(path: string): Door {
  if (path.startsWith("/api/")) return "generation-1";
  return path.startsWith("/parts/") ? "parts" : "generation-2";
}

/** Each generation in its own words; an answer that has begun is cut off. */
function refuse(exchange: Exchange, door: Door, refusal: Refusal): void {
  if (exchange.response.headersSent) {
    exchange.response.destroy();
    return;
  }
  const { status, headers, message } = refusal;
  exchange.json(status, door === "generation-1" ? { error: message } : problemOf(refusal), headers);
}
