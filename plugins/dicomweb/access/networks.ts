// Lists of addresses and networks, and who is at the other end when there is a proxy in between.
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { Permanent } from "@thalamus/sdk";

/**
 * Reads entries like `10.1.2.3` and `10.1.0.0/16`, or the same in IPv6.
 * @throws Permanent `dicomweb.bad-address`
 */
export function parseNetworks(entries: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    try {
      if (prefix === undefined) networks.addAddress(address, family);
      else networks.addSubnet(address, Number.parseInt(prefix, 10), family);
    } catch {
      throw new Permanent(
        "dicomweb.bad-address",
        `"${entry}" is no IP address or network; write for example 10.1.2.3 or 10.1.0.0/16`,
      );
    }
  }
  return networks;
}

export function isInside(networks: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && networks.check(address, family === 6 ? "ipv6" : "ipv4");
}

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
