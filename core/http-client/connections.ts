// Keeps the connections to each destination, so that the next request finds one open.
import { type HttpDestination, HttpError, type HttpTimeouts } from "@thalamus/sdk";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { AddressRules, refusedAddress } from "./address-rules.ts";
import { checkedConnector, hostOf } from "./checked-connect.ts";
import { RequestLimits } from "./request-limits.ts";
import { readTlsFiles, tlsFilesState } from "./tls-files.ts";

export const DEFAULT_TIMEOUTS: HttpTimeouts = {
  connectMs: 10_000,
  headersMs: 60_000,
  bodyMs: 30_000,
  totalMs: 600_000,
};

const DEFAULT_CONCURRENT = 4;

/** What there is once for each destination. */
export interface Line {
  readonly origin: string;
  /** Name and port as people know them. */
  readonly host: string;
  readonly rules: AddressRules;
  readonly timeouts: HttpTimeouts;
  readonly limits: RequestLimits;
  readonly dispatcher: Dispatcher;
  readonly filesState: string;
}

export class Connections {
  readonly #lines = new Map<string, Line>();
  #closed = false;

  /** @throws HttpError, permanent, when the destination cannot be used as it is described */
  lineTo(destination: HttpDestination): Line {
    if (this.#closed) throw new HttpError("http.stopping", "The hub is stopping.");
    const { url, maxAnswerBytes: _, ...rest } = destination;
    const origin = originOf(url);
    const key = JSON.stringify([origin, rest]);
    const known = this.#lines.get(key);
    const filesState = tlsFilesState(destination.tls);
    if (known?.filesState === filesState) return known;
    const line = this.#open(destination, origin, filesState, known?.limits);
    this.#lines.set(key, line);
    // requests in hand end first
    if (known) void known.dispatcher.close();
    return line;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const lines = [...this.#lines.values()];
    this.#lines.clear();
    for (const { limits } of lines) limits.stop();
    await Promise.all(lines.map(({ dispatcher }) => dispatcher.destroy()));
  }

  #open(destination: HttpDestination, origin: string, filesState: string, limits?: RequestLimits): Line {
    const { host, hostname } = new URL(origin);
    const rules = new AddressRules(destination.privateNetworks ?? []);
    const timeouts = { ...DEFAULT_TIMEOUTS, ...destination.timeouts };
    const wanted = { concurrent: DEFAULT_CONCURRENT, ...destination.limits };
    const tls = readTlsFiles(destination.tls);
    const options = {
      connections: wanted.concurrent,
      pipelining: 1,
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyMs,
    };
    const { connectMs } = timeouts;
    const { proxy } = destination;
    // checks it: undici's own words would show a password in it
    if (proxy !== undefined) originOf(proxy);
    if (proxy !== undefined && isRefusedAsWritten(rules, hostname)) throw refusedAddress(host);
    const dispatcher =
      proxy === undefined
        ? new Agent({ ...options, connect: checkedConnector(rules, tls, connectMs) })
        : new ProxyAgent({
            ...options,
            uri: proxy,
            requestTls: tls,
            connectTimeout: connectMs,
            allowH2: false,
          });
    return {
      origin,
      host,
      rules,
      timeouts,
      limits: limits ?? new RequestLimits(wanted),
      dispatcher,
      filesState,
    };
  }
}

/** Behind a proxy nobody here sees the address, so at least what is plain from the name is refused. */
function isRefusedAsWritten(rules: AddressRules, hostname: string): boolean {
  const host = hostOf(hostname);
  const isLocal = host === "localhost" || host.endsWith(".localhost");
  const isAddress = /^[\d.]+$/.test(host) || host.includes(":");
  return (isLocal && !rules.permits("127.0.0.1")) || (isAddress && !rules.permits(host));
}

function originOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol === "https:" || parsed?.protocol === "http:") return parsed.origin;
  throw new HttpError(
    "http.bad-address",
    "The address of the destination, or of its proxy, is no http or https URL.",
    true,
  );
}
