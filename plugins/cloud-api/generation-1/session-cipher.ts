// The cipher of a connection: AES-128 in counter mode, base64, as the public client libraries do it.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ALGORITHM = "aes-128-ctr";
const BLOCK = 16;
/** Python pads with PKCS#7 (values 1 to 16), JavaScript with NULs, Java with nothing; JSON ends with none of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: padding is made of them
const PADDING = /[\x00-\x10]{1,16}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export const AES_KEY_BYTES = 16;

/** @returns base64 of the counter block and the ciphertext */
export function encrypt(plain: Uint8Array | string, key: Buffer): string {
  const counter = randomBytes(BLOCK);
  const cipher = createCipheriv(ALGORITHM, key, counter);
  const text = typeof plain === "string" ? Buffer.from(plain, "utf8") : plain;
  return Buffer.concat([counter, cipher.update(text), cipher.final()]).toString("base64");
}

/**
 * The mode tells nothing about changes on the way: what comes out is anything, and is checked as such.
 * @param body base64 of the counter block and the ciphertext; white space at its ends does not count
 * @returns undefined when it cannot be JSON in UTF-8
 */
export function decryptJson(body: string, key: Buffer): unknown {
  const text = body.trim();
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length <= BLOCK) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, BLOCK));
  const plain = Buffer.concat([decipher.update(bytes.subarray(BLOCK)), decipher.final()]);
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true }).decode(plain);
    return JSON.parse(decoded.replace(PADDING, "")) as unknown;
  } catch {
    return undefined;
  }
}
