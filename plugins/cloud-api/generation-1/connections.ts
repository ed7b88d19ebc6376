// Connections of generation 1: begun with an API key, found again by every hub of the site, ended when not used.
import { randomUUID } from "node:crypto";
import type { CloudAccess, CloudCaller, Keep } from "@thalamus/sdk";
import type { Exchange } from "../exchange.ts";
import type { SignInBrake } from "../sign-in-brake.ts";
import { refusal } from "./error-words.ts";
import type { ServerKey } from "./server-key.ts";
import { AES_KEY_BYTES } from "./session-cipher.ts";

/** A connection as a request comes by it. */
export interface Connection {
  readonly caller: CloudCaller;
  /** AES-128. */
  readonly aesKey: Buffer;
}

export interface ConnectionParts {
  readonly access: CloudAccess;
  readonly keep: Keep;
  readonly serverKey: ServerKey;
  readonly brake: SignInBrake;
  readonly sessionHours: number;
}

interface Kept {
  readonly aesKey: string;
  readonly keyId: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LONGEST_SECRET = 512;

export class Connections {
  readonly #parts: ConnectionParts;
  readonly #seconds: number;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#seconds = Math.round(parts.sessionHours * 3600);
  }

  /**
   * @returns its id, UUIDv4
   * @throws Refusal `cloud-api.unknown-key`, `cloud-api.not-decrypted`, and those of the brake
   */
  async begin(exchange: Exchange): Promise<string> {
    const { access, brake, keep, serverKey } = this.#parts;
    const secret = exchange.header("x-api-key") ?? "";
    const caller = await brake.pass("connection", exchange.origin.remoteAddress, () =>
      secret === "" || secret.length > LONGEST_SECRET
        ? Promise.resolve(undefined)
        : access.callerOfSecret(secret),
    );
    if (!caller) throw refusal("unknown-key");
    exchange.fields["key"] = caller.keyId;
    const aesKey = aesKeyIn(serverKey.decrypt((await exchange.body()).toString("latin1")));
    if (!aesKey) throw refusal("not-decrypted");
    const id = randomUUID();
    const kept: Kept = { aesKey: aesKey.toString("base64"), keyId: caller.keyId };
    await keep.put(nameOf(id), JSON.stringify(kept), this.#seconds);
    return id;
  }

  /** @throws Refusal `cloud-api.unknown-connection`; `cloud-api.unknown-key` when its key no longer works */
  async find(exchange: Exchange): Promise<Connection> {
    const { access, keep } = this.#parts;
    const id = (exchange.header("connection-id") ?? "").toLowerCase();
    const text = UUID.test(id) ? await keep.get(nameOf(id), this.#seconds) : undefined;
    if (text === undefined) throw refusal("unknown-connection");
    const { aesKey, keyId } = JSON.parse(text) as Kept;
    const caller = await access.callerOfKey(keyId);
    if (!caller) throw refusal("unknown-key");
    exchange.fields["key"] = caller.keyId;
    return { caller, aesKey: Buffer.from(aesKey, "base64") };
  }
}

const nameOf = (id: string): string => `generation-1.connection.${id}`;

/** @param plain JSON with `aes_key`, the key in base64 */
function aesKeyIn(plain: Buffer | undefined): Buffer | undefined {
  if (!plain) return undefined;
  try {
    const { aes_key: text } = JSON.parse(plain.toString("utf8")) as { aes_key?: unknown };
    const key = Buffer.from(typeof text === "string" ? text : "", "base64");
    return key.length === AES_KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}
