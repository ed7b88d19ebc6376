// How generation 1 hides its bodies: a key of the session's own, wrapped for the server, and AES in counter mode.
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  publicEncrypt,
  randomBytes,
} from "node:crypto";

const ALGORITHM = "aes-128-ctr";
const KEY_BYTES = 16;
const IV_BYTES = 16;

export class SessionCipher {
  readonly #key = randomBytes(KEY_BYTES);

  /**
   * RSA-OAEP with SHA-256, MGF1 with the same.
   * @param pem SPKI; line feeds may be written as backslash and n
   * @throws Error when it is no key
   */
  wrappedFor(pem: string): string {
    const key = createPublicKey(pem.replaceAll("\\n", "\n"));
    const body = Buffer.from(JSON.stringify({ aes_key: this.#key.toString("base64") }));
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return publicEncrypt({ key, padding, oaepHash: "sha256" }, body).toString("base64");
  }

  /** @returns base64 of initial counter block and ciphertext */
  encrypt(text: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, iv);
    return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final()]).toString("base64");
  }

  decrypt(base64: string): Buffer {
    const bytes = Buffer.from(base64, "base64");
    const iv = bytes.subarray(0, IV_BYTES);
    if (iv.length < IV_BYTES) return Buffer.alloc(0);
    const decipher = createDecipheriv(ALGORITHM, this.#key, iv);
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]);
  }
}

/** Some servers pad what counter mode need not have padded: zeros, or PKCS #7. */
export function withoutPadding(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  const last = bytes[end - 1] ?? 0;
  // a line feed at the end of a text is one byte of value 10, and no padding of ten
  const isPadding =
    last > 0 && last <= Math.min(16, end) && bytes.subarray(end - last, end).every((byte) => byte === last);
  return bytes.subarray(0, isPadding ? end - last : end);
}
