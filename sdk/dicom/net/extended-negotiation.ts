// SOP class extended negotiation (PS3.7 D.3.3.5): what one side can do for a SOP class, beyond having it.
import { encodeItem, ItemType, readName } from "./associate-items.ts";

export interface ExtendedNegotiation {
  readonly sopClassUid: string;
  /** Service-class-application-information; what it means is up to the service class. */
  readonly information: Buffer;
}

/**
 * What an acceptor says that keeps objects bit for bit (PS3.4 table B.3-2): level 2, everything in an object is
 * stored; signature level 3, digital signatures stay valid; no data element is coerced.
 */
export const BIT_PRESERVING_STORAGE = Buffer.from([2, 0, 3, 0, 0, 0]);

const LONGEST_UID = 64;

/**
 * Reads a 56H sub-item.
 * @returns undefined when its lengths do not fit: a sub-item that a peer may ignore breaks no association
 */
export function readExtendedNegotiation(body: Buffer): ExtendedNegotiation | undefined {
  if (body.length < 2) return undefined;
  const end = 2 + body.readUInt16BE(0);
  if (end > body.length || end - 2 > LONGEST_UID) return undefined;
  return { sopClassUid: readName(body.subarray(2, end)), information: body.subarray(end) };
}

export function encodeExtendedNegotiation({ sopClassUid, information }: ExtendedNegotiation): Buffer {
  const uid = Buffer.from(sopClassUid, "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(uid.length);
  return encodeItem(ItemType.extendedNegotiation, Buffer.concat([length, uid, information]));
}
