// Unique identifiers made by the hub: derived from its own ids, so that doing a thing twice gives the same object.
import { createHash } from "node:crypto";

/** Who wrote a file or opened an association (PS3.7 D.3.3.2); one for all of Thalamus, a fixed UUID. */
export const IMPLEMENTATION_CLASS_UID = "2.25.281770658616340429248587885510550358779";
/** At most 16 characters (PS3.7 D.3.3.2.3). */
export const IMPLEMENTATION_VERSION_NAME = "THALAMUS_0_1";

/**
 * A UID under 2.25 (PS3.5 B.2: the decimal form of a UUID), the same for the same arguments for ever.
 * @param purpose what it names, for example `deliver-sr instance`; keeps uses of one id apart
 * @param id usually the UUID of a result or a step
 */
export function derivedUid(purpose: string, id: string): string {
  const digest = createHash("sha256").update(`${purpose}\0${id}`).digest();
  // Version 8 and variant 2 make it a UUID of RFC 9562 "for experimental or vendor-specific use".
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.toString("hex", 0, 16)}`)}`;
}

/** Whether a string is a well-formed UID (PS3.5 9.1): at most 64 characters, no empty or zero-led component. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text);
}
