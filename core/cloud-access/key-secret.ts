// The secret of a key: 256 random bits, of which only the SHA-256 is kept.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** So that programs that look for leaked secrets know one when they see it. */
const MARK = "thk_";
const SHOWN = 10;

export interface NewSecret {
  /** Shown once, to who asked for the key. */
  readonly secret: string;
  /** Lower-case hex. */
  readonly hash: string;
  /** How it begins. */
  readonly prefix: string;
}

export function newSecret(): NewSecret {
  const secret = `${MARK}${randomBytes(32).toString("base64url")}`;
  return { secret, hash: hashOf(secret), prefix: secret.slice(0, SHOWN) };
}

/** No salt, no stretching: nobody guesses 256 bits, and a row must be found by it. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** In constant time. @param kept undefined compares with nothing, and takes as long */
export function isHash(hash: string, kept: string | undefined): boolean {
  const wanted = Buffer.from(kept ?? "0".repeat(64), "hex");
  return timingSafeEqual(Buffer.from(hash, "hex"), wanted) && kept !== undefined;
}
