// Who is at the other end, also when there is a proxy in between.
import type { IncomingMessage } from "node:http";
import { type BlockList, isIP } from "node:net";
import { isInside } from "../networks.ts";

/** Where a request comes from. */
export interface Origin {
  /** IP address, IPv4 in its own form. */
  readonly remoteAddress: string;
  /** Whether the client's own connection is encrypted, as far as one can know. */
  readonly encrypted: boolean;
  readonly throughProxy: boolean;
}

/** @param proxies whose headers are believed */
export function originOf({ socket, headers }: IncomingMessage, proxies: BlockList): Origin {
  const nearest = plain(socket.remoteAddress ?? "");
  const encrypted = "encrypted" in socket && socket.encrypted === true;
  if (!isInside(proxies, nearest)) return { remoteAddress: nearest, encrypted, throughProxy: false };
  const hops = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((hop) => plain(hop.trim()))
    .filter((hop) => isIP(hop) !== 0);
  // each proxy adds whom it saw at the end: the last one that is no proxy is the client
  const client = hops.findLast((hop) => !isInside(proxies, hop));
  return {
    remoteAddress: client ?? nearest,
    encrypted: headers["x-forwarded-proto"] === "https",
    throughProxy: true,
  };
}

const plain = (address: string): string => address.replace(/^::ffff:/, "");

/** What a Host header may be; anything else is not repeated in an answer. */
const HOST = /^[A-Za-z0-9.-]{1,255}(:\d{1,5})?$|^\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?$/;

/**
 * Absolute address of a service as this client reaches it, without a slash at its end.
 * @param path of the service
 * @param publicUrl wins when the site names one
 */
export function ownAddress(
  { headers, socket }: IncomingMessage,
  { encrypted }: Origin,
  path: string,
  publicUrl: string | undefined,
): string {
  if (publicUrl !== undefined) return publicUrl;
  const { host = "" } = headers;
  const { localAddress = "127.0.0.1", localPort = 0 } = socket;
  const authority = HOST.test(host) ? host : `${plain(localAddress)}:${localPort}`;
  return `${encrypted ? "https" : "http"}://${authority}${path}`;
}
