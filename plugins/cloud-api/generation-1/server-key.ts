// The server's RSA key, to which clients encrypt the key of their connection.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
} from "node:crypto";
import { promisify } from "node:util";
import type { Keep } from "@thalamus/sdk";

const MODULUS_BITS = 2048;
const NAME = "generation-1.server-key";

export class ServerKey {
  /** SPKI. */
  readonly publicPem: string;
  readonly #privateKey: KeyObject;

  private constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    this.publicPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }) as string;
  }

  /** The same for all hubs of a site, made by the first one. */
  static async open(keep: Keep): Promise<ServerKey> {
    const pem = await keep.once(NAME, async () => {
      const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: MODULUS_BITS });
      return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    });
    return new ServerKey(createPrivateKey(pem));
  }

  /**
   * RSA-OAEP with SHA-256 for the hash and for MGF1 (RFC 8017 7.1).
   * @param text base64
   * @returns undefined when it was not encrypted to this key; nobody is told why
   */
  decrypt(text: string): Buffer | undefined {
    try {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const key = { key: this.#privateKey, padding, oaepHash: "sha256" };
      return privateDecrypt(key, Buffer.from(text, "base64"));
    } catch {
      return undefined;
    }
  }
}
