// The UIDs the network layer itself has to know, and what a UID looks like.

/** The one application context of DICOM (PS3.7 A.2.1). */
export const APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1";

/** Verification SOP class, the subject of C-ECHO (PS3.4 A.4). */
export const VERIFICATION = "1.2.840.10008.1.1";

const UID = /^\d+(\.\d+)+$/;

/**
 * Whether a UID a peer sent can be worked with: at most 64 characters, numbers joined by dots (PS3.5 9.1).
 * More lenient than `isUid`: components with a leading zero are let through, scanners in the field send them.
 */
export function isUsableUid(text: string): boolean {
  return text.length <= 64 && UID.test(text);
}
