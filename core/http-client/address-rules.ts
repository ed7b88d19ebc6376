// Which addresses may be connected to: public ones, and those of networks that the site names.
import { BlockList, isIP } from "node:net";
import { HttpError, Permanent, parseNetworks } from "@thalamus/sdk";

/** IANA special-purpose address registries (RFC 6890 and later): nothing there is a host on the internet. */
const NOT_PUBLIC = {
  ipv4: [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    // metadata services of clouds are at 169.254.169.254
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ],
  ipv6: [
    // unspecified, loopback, and all the ways to write an IPv4 address as an IPv6 one
    "::/32",
    "64:ff9b::/32",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
  ],
} as const;

/** One list for each family: in a common one a network of IPv6 zeros would match every IPv4 address. */
const notPublic = { ipv4: listOf("ipv4"), ipv6: listOf("ipv6") };

function listOf(family: keyof typeof NOT_PUBLIC): BlockList {
  const list = new BlockList();
  for (const network of NOT_PUBLIC[family]) {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** An IPv4 address inside an IPv6 one (RFC 4291 2.5.5.2) is the same host. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

export class AddressRules {
  readonly #allowed: BlockList;

  /** @throws HttpError `http.private-networks` when an entry is no network */
  constructor(privateNetworks: readonly string[]) {
    try {
      this.#allowed = parseNetworks(privateNetworks, "http.private-networks");
    } catch (error) {
      if (!(error instanceof Permanent)) throw error;
      throw new HttpError("http.private-networks", `${error.message}.`, true);
    }
  }

  /** @param address as the resolver or the socket says it */
  permits(address: string): boolean {
    const plain = MAPPED.exec(address)?.[1] ?? address.replace(/%.*$/, "");
    const version = isIP(plain);
    if (version === 0) return false;
    const family = version === 6 ? "ipv6" : "ipv4";
    return this.#allowed.check(plain, family) || !notPublic[family].check(plain, family);
  }
}

/** The address is not told: who writes settings need not learn how the house's names resolve. */
export const refusedAddress = (host: string): HttpError =>
  new HttpError(
    "http.private-address",
    `${host} has an address in a private or reserved network. Name the network in privateNetworks when this is right.`,
    true,
  );
