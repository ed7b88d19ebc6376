// Which objects a hub takes, whichever door they come to: every one a sender may want to store.
import { isUsableUid, VERIFICATION } from "./net/well-known-uids.ts";

const STORAGE_CLASSES = "1.2.840.10008.5.1.4.1.1.";
const STANDARD_ROOT = "1.2.840.10008.";
const TRANSFER_SYNTAX_ROOT = "1.2.840.10008.1.2";

/** Syntaxes under the standard root that carry no complete data set of their own (PS3.6 table A-1). */
const INCOMPLETE_SYNTAXES = new Set([
  "1.2.840.10008.1.2.4.94", // JPIP Referenced: the pixels stay with the sender
  "1.2.840.10008.1.2.4.95", // JPIP Referenced Deflate
  "1.2.840.10008.1.2.4.204", // JPIP HTJ2K Referenced
  "1.2.840.10008.1.2.4.205", // JPIP HTJ2K Referenced Deflate
  "1.2.840.10008.1.2.6.1", // RFC 2557 MIME encapsulation
  "1.2.840.10008.1.2.6.2", // XML encoding
]);

/**
 * Verification, all storage classes of the standard, and those private ones (any root but the standard's) that
 * the site takes. What cannot be de-identified does not leave the house.
 * @param privateSopClasses UIDs, roots as `1.3.46.670589.*`, or `*` for all
 */
export function acceptsAbstractSyntax(uid: string, privateSopClasses: readonly string[]): boolean {
  return uid === VERIFICATION || acceptsSopClass(uid, privateSopClasses);
}

/** The same without Verification, of which there are no objects. */
export function acceptsSopClass(uid: string, privateSopClasses: readonly string[]): boolean {
  if (uid.startsWith(STORAGE_CLASSES)) return true;
  if (!isUsableUid(uid) || uid.startsWith(STANDARD_ROOT)) return false;
  return privateSopClasses.some((own) =>
    own.endsWith("*") ? uid.startsWith(own.slice(0, -1)) : uid === own,
  );
}

/**
 * Every transfer syntax of the standard that holds a whole data set: objects are kept bit for bit, so none
 * has to be understood here. Quality control decides later about lossy ones.
 */
export function acceptsTransferSyntax(uid: string): boolean {
  if (uid === TRANSFER_SYNTAX_ROOT) return true;
  return (
    uid.startsWith(`${TRANSFER_SYNTAX_ROOT}.`) &&
    !uid.startsWith(`${TRANSFER_SYNTAX_ROOT}.7.`) && // SMPTE ST 2110: live video, no data set
    !INCOMPLETE_SYNTAXES.has(uid)
  );
}
