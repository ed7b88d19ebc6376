// Who is at the other end, also when there is a proxy in between.
import type { IncomingMessage } from "node:http";
import { type BlockList, isIP } from "node:net";
import { isInside } from "@thalamus/sdk";

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
