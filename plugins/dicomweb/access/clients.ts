// Tells which client a request comes from, by its secret and its address.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { BlockList } from "node:net";
import { AttemptLimit, isInside, Permanent, parseNetworks } from "@thalamus/sdk";
import { Refusal } from "../refusal.ts";
import type { ClientSettings, Right } from "../settings.ts";

/** Somebody who has shown a secret. */
export interface Client {
  readonly name: string;
  readonly may: ReadonlySet<Right>;
}

interface KnownClient extends Client {
  readonly secretSha256: Buffer;
  readonly networks: BlockList | undefined;
}

/** What a request shows: a secret, and with HTTP Basic a name. */
interface Credentials {
  readonly name: string | undefined;
  readonly secret: string;
}

const LONGEST_AUTHORIZATION = 4096;
const CHALLENGES = 'Bearer realm="dicomweb", Basic realm="dicomweb", charset="UTF-8"';

export class Clients {
  readonly #known: readonly KnownClient[];
  readonly #limit = new AttemptLimit();

  /** @throws Permanent `dicomweb.no-clients`, `dicomweb.clients`, `dicomweb.bad-address` */
  constructor(settings: readonly ClientSettings[]) {
    if (settings.length === 0) {
      throw new Permanent(
        "dicomweb.no-clients",
        "settings.clients of dicomweb is empty, and the door is never open to everybody: add an entry with a name " +
          "and the SHA-256 of a secret (plugins/dicomweb/README.md has the commands)",
      );
    }
    this.#known = settings.map(({ name, may, secretSha256, host }) => ({
      name: name.trim(),
      may: new Set(may),
      secretSha256: Buffer.from(secretSha256, "hex"),
      networks: host === undefined ? undefined : parseNetworks([host], "dicomweb.bad-address"),
    }));
    const names = new Set(this.#known.map(({ name }) => name));
    const secrets = new Set(settings.map(({ secretSha256 }) => secretSha256.toLowerCase()));
    if (names.size < this.#known.length || secrets.size < this.#known.length) {
      throw new Permanent(
        "dicomweb.clients",
        "two clients of dicomweb have the same name or the same secret",
      );
    }
  }

  /** @throws Refusal 401 `dicomweb.unauthorized` or 429 `dicomweb.wait` */
  recognize({ headers }: IncomingMessage, remoteAddress: string): Client {
    const wait = this.#limit.wait(remoteAddress);
    if (wait > 0) {
      const seconds = String(Math.ceil(wait / 1000));
      const message = `Too many wrong secrets from this address. Wait ${seconds} s and try again.`;
      throw new Refusal(429, "dicomweb.wait", message, { "Retry-After": seconds });
    }
    const credentials = credentialsIn(headers.authorization ?? "");
    const client = credentials && this.#find(credentials, remoteAddress);
    if (client) {
      this.#limit.succeeded(remoteAddress);
      return client;
    }
    // who shows nothing guesses nothing: many clients ask without credentials first
    if (credentials) this.#limit.failed(remoteAddress);
    throw new Refusal(
      401,
      "dicomweb.unauthorized",
      "Show the secret of a client: Authorization: Bearer …, or HTTP Basic with the client's name.",
      { "WWW-Authenticate": CHALLENGES },
    );
  }

  /** Every entry is looked at to the end, so that time tells nothing about names or secrets. */
  #find({ name, secret }: Credentials, remoteAddress: string): Client | undefined {
    const digest = createHash("sha256").update(secret).digest();
    let found: KnownClient | undefined;
    for (const client of this.#known) {
      const same = timingSafeEqual(client.secretSha256, digest);
      if (same && (name === undefined || name === client.name)) found = client;
    }
    const networks = found?.networks;
    return networks === undefined || isInside(networks, remoteAddress) ? found : undefined;
  }
}

/** @throws Refusal 403 `dicomweb.forbidden` */
export function requireRight(client: Client, right: Right): void {
  if (client.may.has(right)) return;
  throw new Refusal(
    403,
    "dicomweb.forbidden",
    `This client may not ${right}. Its entry under clients says so.`,
  );
}

function credentialsIn(authorization: string): Credentials | undefined {
  if (authorization.length > LONGEST_AUTHORIZATION) return undefined;
  const [, scheme = "", value = ""] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return { name: undefined, secret: value };
  if (scheme === "") return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { name: text.slice(0, colon), secret: text.slice(colon + 1) };
}
