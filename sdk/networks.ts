// Reads addresses and networks as settings name them, and tells whether somebody is inside.
import { BlockList, isIP } from "node:net";
import { Permanent } from "./errors.ts";

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/**
 * @param entries like `10.1.2.3` and `10.1.0.0/16`, or the same in IPv6
 * @param code of the error, which the plugin documents
 * @throws Permanent with that code when an entry is neither
 */
export function parseNetworks(entries: readonly string[], code: string): BlockList {
  const networks = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    try {
      if (prefix === undefined) networks.addAddress(address, familyOf(address));
      else networks.addSubnet(address, Number.parseInt(prefix, 10), familyOf(address));
    } catch {
      const message = "is no IP address or network; write for example 10.1.2.3 or 10.1.0.0/16";
      throw new Permanent(code, `"${entry}" ${message}`);
    }
  }
  return networks;
}

export function isInside(networks: BlockList, address: string): boolean {
  return isIP(address) !== 0 && networks.check(address, familyOf(address));
}
