// One map for all UIDs of instances: the same old UID gives the same new one, in every file and study of the site.
import { createHmac, type KeyObject } from "node:crypto";

/** The standard's own UIDs (PS3.6 Annex A) have short parts; what has long ones was made under a borrowed root. */
const STANDARD = /^1\.2\.840\.10008(?:\.\d{1,4}){1,8}$/;
const MOST_REMEMBERED = 50_000;

/** Derives new UIDs with a keyed hash, so that nothing has to be stored and nobody can go back. */
export class UidMap {
  readonly #key: KeyObject;
  readonly #known = new Map<string, string>();

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /**
   * The new UID of a UID: `2.25.` and the decimal form of a UUID (PS3.5 B.2). What is no UID at all gets one, too.
   * @param uid without padding
   */
  map(uid: string): string {
    let mapped = this.#known.get(uid);
    if (mapped === undefined) {
      mapped = this.#derive(uid);
      if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
      this.#known.set(uid, mapped);
    }
    return mapped;
  }

  #derive(uid: string): string {
    const digest = createHmac("sha256", this.#key).update(uid).digest();
    // version 8 and variant 2 make it a UUID of RFC 9562 "for experimental or vendor-specific use"
    digest[6] = (digest[6]! & 0x0f) | 0x80;
    digest[8] = (digest[8]! & 0x3f) | 0x80;
    return `2.25.${(digest.readBigUInt64BE(0) << 64n) | digest.readBigUInt64BE(8)}`;
  }
}

/** Defined by the standard: SOP classes, transfer syntaxes, well-known frames of reference. */
export const isStandardUid = (uid: string): boolean => STANDARD.test(uid);
