// Seals values at rest: AES-256-GCM, bound to the place where they are kept.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { HubKeys } from "./site-keys.ts";

/** Where a sealed value stands; it opens nowhere else. */
export interface SealedPlace {
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

const ALGORITHM = "aes-256-gcm";
/** Bytes; random, so that one key may seal 2^32 values (NIST SP 800-38D 8.3). */
const NONCE = 12;
const TAG = 16;
const VERSION = "1";

export class SealedValueError extends Error {
  override readonly name = "SealedValueError";
}

/** Seals with the site's key; opens what any key of the site has sealed. */
export class Sealer {
  readonly #current: HubKeys;
  readonly #all: ReadonlyMap<string, HubKeys>;

  constructor(current: HubKeys, previous: readonly HubKeys[] = []) {
    this.#current = current;
    this.#all = new Map([...previous, current].map((keys) => [keys.keyId, keys]));
  }

  get keyId(): string {
    return this.#current.keyId;
  }

  /** @returns `1.<key id>.<nonce, ciphertext and tag in base64>` */
  seal(value: string, place: SealedPlace): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, this.#current.sealing, nonce);
    cipher.setAAD(associated(place, this.#current.keyId));
    const sealed = Buffer.concat([nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${this.#current.keyId}.${sealed.toString("base64")}`;
  }

  /** @throws SealedValueError when its key is not there, or it was changed or moved; without any value in it */
  open(sealed: string, place: SealedPlace): string {
    const [version, keyId = "", text = ""] = sealed.split(".");
    const keys = this.#all.get(keyId);
    if (version !== VERSION || !keys) {
      throw new SealedValueError("sealed with a secret that this hub does not have");
    }
    const bytes = Buffer.from(text, "base64");
    const decipher = createDecipheriv(ALGORITHM, keys.sealing, bytes.subarray(0, NONCE), {
      authTagLength: TAG,
    });
    decipher.setAAD(associated(place, keyId));
    try {
      decipher.setAuthTag(bytes.subarray(-TAG));
      const opened = decipher.update(bytes.subarray(NONCE, -TAG));
      return Buffer.concat([opened, decipher.final()]).toString("utf8");
    } catch {
      throw new SealedValueError(
        "a sealed value was changed, or stands in another place than it was sealed for",
      );
    }
  }
}

const associated = ({ table, row, column }: SealedPlace, keyId: string): Buffer =>
  Buffer.from(JSON.stringify([VERSION, keyId, table, row, column]));
