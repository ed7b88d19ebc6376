// Connects for undici, to addresses that the rules permit: looked at after the name was resolved, and once more on the
// connection itself, so that a name that changes its address meanwhile gains nothing.
import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { buildConnector } from "undici";
import { type AddressRules, refusedAddress } from "./address-rules.ts";
import type { TlsFiles } from "./tls-files.ts";

/** @param connectMs until the connection stands, TLS included */
export function checkedConnector(
  rules: AddressRules,
  tls: TlsFiles,
  connectMs: number,
): buildConnector.connector {
  const options = { ...tls, lookup: checkedLookup(rules), timeout: connectMs, allowH2: false, noDelay: true };
  const connect = buildConnector(options);
  return (wanted, callback) => {
    const host = hostOf(wanted.hostname);
    // an address is connected to without any lookup
    if (isIP(host) !== 0 && !rules.permits(host)) return callback(refusedAddress(host), null);
    return connect(wanted, (...result) => {
      const [error, socket] = result;
      if (error || isPermitted(rules, socket)) return callback(...result);
      socket?.destroy();
      return callback(refusedAddress(host), null);
    });
  };
}

function isPermitted(rules: AddressRules, socket: Socket | null): boolean {
  const { remoteAddress } = socket ?? {};
  return remoteAddress === undefined || rules.permits(remoteAddress);
}

/** Gives only permitted addresses; fails when there are others only. */
export function checkedLookup(rules: AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    const all: LookupOptions & { all: true } = { ...options, all: true };
    lookup(hostname, all, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, "");
      const permitted = addresses.filter(({ address }) => rules.permits(address));
      const [first] = permitted;
      if (!first) return callback(refusedAddress(hostname), "");
      return options.all ? callback(null, permitted) : callback(null, first.address, first.family);
    });
  };
}

/** Addresses of IPv6 stand in brackets in a URL. */
export const hostOf = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, "$1");
