// Asks an identity provider over HTTP: public addresses, and those of networks that the site names, as everywhere else.
import { Agent, fetch as fetchOver, type RequestInit as UndiciInit } from "undici";
import { AddressRules } from "../../http-client/address-rules.ts";
import { checkedConnector } from "../../http-client/checked-connect.ts";
import { failureOf } from "../../http-client/failure-words.ts";

export interface IdpFetch {
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;
const WHOLE_MS = 10_000;
const LARGEST_METADATA = 2_000_000;

/** @throws HttpError `http.private-networks` */
export function openIdpFetch(privateNetworks: readonly string[]): IdpFetch {
  const rules = new AddressRules(privateNetworks);
  const dispatcher = new Agent({ connect: checkedConnector(rules, { minVersion: "TLSv1.2" }, CONNECT_MS) });
  return {
    fetch: (async (input: string | URL, init: UndiciInit = {}) =>
      fetchOver(input, { ...init, dispatcher })) as unknown as typeof globalThis.fetch,
    close: () => dispatcher.destroy(),
  };
}

/** @throws Error that says in words why there is no metadata */
export async function fetchMetadata(url: string, { fetch }: Pick<IdpFetch, "fetch">): Promise<string> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(WHOLE_MS) });
    if (!response.ok) throw new Error(`the identity provider answered ${response.status} for its metadata`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > LARGEST_METADATA) throw new Error("the metadata is too large");
      parts.push(part);
    }
    return Buffer.concat(parts).toString("utf8");
  } catch (error) {
    throw wordedFailure(error, new URL(url).host);
  }
}

/** What a fetch that failed hides in its cause. */
function wordedFailure(error: unknown, host: string): unknown {
  if ((error as Error).name === "TimeoutError") {
    return new Error(`${host} did not answer within ${WHOLE_MS / 1000} s`, { cause: error });
  }
  return failureOf(error, host);
}
