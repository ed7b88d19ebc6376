// The keys of all that is derived, one for each purpose: who knows how UIDs are mapped still knows nothing of dates.
import type { KeyObject } from "node:crypto";
import type { SiteKeys } from "@thalamus/sdk";

/** For HMAC-SHA-256. */
export interface DeidKeys {
  /** Of the purpose `deid-safeharbor.uid`. */
  readonly uid: KeyObject;
  /** Of `deid-safeharbor.date`. */
  readonly date: KeyObject;
  /** Of `deid-safeharbor.pseudonym`. */
  readonly pseudonym: KeyObject;
}

export const deidKeys = (keys: SiteKeys): DeidKeys => ({
  uid: keys.hmacKey("deid-safeharbor.uid"),
  date: keys.hmacKey("deid-safeharbor.date"),
  pseudonym: keys.hmacKey("deid-safeharbor.pseudonym"),
});
