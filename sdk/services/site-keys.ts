// Keys of a site, for what must come out the same on every run and must not be found out from what comes out.
import type { KeyObject } from "node:crypto";

/** All of it follows from one secret of the site; nothing of it is stored beside the data. */
export interface SiteKeys {
  /**
   * A key for HMAC-SHA-256, another one for each purpose (HKDF-SHA-256, RFC 5869, with the purpose as info).
   * @param purpose dotted words, plugin first: `deid-safeharbor.uid`
   */
  hmacKey(purpose: string): KeyObject;
  /** Signs for this site (Ed25519, RFC 8032). */
  readonly signing: SigningKey;
}

export interface SigningKey {
  readonly privateKey: KeyObject;
  /** SPKI in PEM; whoever checks a signature needs just this. */
  readonly publicKeyPem: string;
  /** First 16 hex digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
}
