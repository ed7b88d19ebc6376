// The service under its path: lets requests in, gives each to its transaction, and brings all to an end on stop.
import type { BlockList } from "node:net";
import { performance } from "node:perf_hooks";
import {
  type Archive,
  ArchiveTooSlow,
  InstanceUnreadable,
  type Intake,
  type Log,
  type Metrics,
  parseNetworks,
  type Refusals,
  type WebCall,
  type WebService,
} from "@thalamus/sdk";
import { MalformedDataset, TruncatedDataset } from "@thalamus/sdk/dicom";
import { type Origin, originOf, ownAddress } from "@thalamus/sdk/web";
import { type Client, Clients, requireRight } from "./access/clients.ts";
import { Exchange, refuse } from "./exchange.ts";
import { type DicomwebCounts, dicomwebCounts } from "./metrics.ts";
import { Refusal } from "./refusal.ts";
import { retrieve } from "./retrieve/retrieve.ts";
import { type Route, routeOf } from "./routes.ts";
import { search } from "./search/search.ts";
import type { DicomwebSettings } from "./settings.ts";
import { store } from "./store/store-request.ts";

export interface ServiceParts {
  readonly settings: DicomwebSettings;
  readonly intake: Intake;
  readonly archive: Archive;
  readonly refusals: Refusals;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How long requests in hand may go on after `stop`, in milliseconds. */
  readonly stopGraceMs?: number;
}

const STOP_GRACE_MS = 3000;

export class DicomwebService implements WebService {
  readonly path: string;
  readonly #parts: ServiceParts;
  readonly #clients: Clients;
  readonly #proxies: BlockList;
  readonly #counts: DicomwebCounts;
  readonly #stopCounting: () => void;
  readonly #ending = new AbortController();
  readonly #open = new Set<Promise<void>>();
  #lastId = 0;
  #stopping: Promise<void> | undefined;
  #warned = false;

  /** @throws Permanent when the settings cannot be used */
  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.path = parts.settings.path;
    this.#clients = new Clients(parts.settings.clients);
    this.#proxies = parseNetworks(parts.settings.proxies, "dicomweb.bad-address");
    this.#counts = dicomwebCounts(parts.metrics);
    this.#stopCounting = this.#counts.readOpen(() => this.#open.size);
    parts.log.info("service.started", { path: this.path, clients: parts.settings.clients.length });
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
    const { request, response } = call;
    const origin = originOf(request, this.#proxies);
    let service: Route["service"] | "none" = "none";
    let client: Client | undefined;
    let exchange: Exchange | undefined;
    let code: string | undefined;
    try {
      client = this.#admit(call, origin);
      const route = routeOf(request.method ?? "", call.path);
      service = route.service;
      requireRight(client, RIGHTS[route.service]);
      this.#warnOfPlain(origin);
      const { log } = this.#parts;
      const { signal } = this.#ending;
      const baseUrl = ownAddress(request, origin, this.path, this.#parts.settings.publicUrl);
      exchange = new Exchange({ call, origin, client, baseUrl, log, signal });
      await this.#serve(exchange, route);
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      code = refusal.code;
      await this.#tell(refusal, call, origin, client);
      if (response.headersSent) response.destroy();
      else refuse(request, response, refusal);
    } finally {
      const gone = !response.headersSent;
      const status = gone ? "gone" : String(response.statusCode);
      this.#counts.request(service, status);
      this.#parts.log[code === undefined ? "info" : "warn"]("request.ended", {
        request: id,
        service,
        client: exchange?.client.name,
        remoteAddress: origin.remoteAddress,
        status,
        code,
        ...exchange?.fields,
        ms: Math.round(performance.now() - begun),
      });
    }
  }

  /** Who shows nothing is not refused: many clients ask without credentials first. */
  async #tell(
    { status, code }: Refusal,
    { request }: WebCall,
    origin: Origin,
    client?: Client,
  ): Promise<void> {
    const kind = status === 403 ? "right" : status === 401 ? "key" : undefined;
    if (kind === undefined || request.headers.authorization === undefined) return;
    await this.#parts.refusals.tell({ kind, caller: client?.name, address: origin.remoteAddress, code });
  }

  #admit({ request }: WebCall, origin: Origin) {
    if (this.#stopping) throw unavailable("dicomweb.stopping", "The hub is stopping. Try again later.");
    const client = this.#clients.recognize(request, origin.remoteAddress);
    if (this.#open.size >= this.#parts.settings.maxRequests) {
      throw unavailable("dicomweb.busy", "Too many requests at once (maxRequests). Try again later.");
    }
    return client;
  }

  #serve(exchange: Exchange, route: Route): Promise<void> {
    const parts = { ...this.#parts, counts: this.#counts };
    switch (route.service) {
      case "store":
        return store(exchange, route.studyInstanceUid, parts);
      case "search":
        return search(exchange, route, parts);
      case "retrieve":
        return retrieve(exchange, route, parts);
    }
  }

  /** Secrets and images can be read on the way. Told once, not with each request. */
  #warnOfPlain({ encrypted, throughProxy, remoteAddress }: Origin): void {
    if (this.#warned || encrypted || throughProxy || /^127\.|^::1$/.test(remoteAddress)) return;
    this.#warned = true;
    this.#parts.log.warn("connection.plain", { code: "dicomweb.plain", remoteAddress });
  }
}

const RIGHTS = { store: "store", search: "query", retrieve: "retrieve" } as const;

function unavailable(code: string, message: string): Refusal {
  return new Refusal(503, code, message, { "Retry-After": "10" });
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof ArchiveTooSlow) {
    return new Refusal(413, "dicomweb.search-too-wide", "The search took too long: add conditions to it.");
  }
  if (error instanceof InstanceUnreadable) {
    return new Refusal(
      500,
      "dicomweb.unreadable",
      "The file of an instance cannot be read. Look at the disk.",
    );
  }
  if (error instanceof MalformedDataset || error instanceof TruncatedDataset) {
    const message = "The header of an instance cannot be read; retrieve the whole instance.";
    return new Refusal(500, "dicomweb.unreadable", message);
  }
  return undefined;
}
