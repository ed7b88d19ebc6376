// The PDUs that end an association: A-RELEASE-RQ, A-RELEASE-RP and A-ABORT (PS3.8 9.3.6 to 9.3.8).
import { allocatePdu, PduType } from "./pdu-type.ts";

export interface Abort {
  /** One of `AbortSource`. */
  readonly source: number;
  /** One of `AbortReason`; means nothing when the service user broke off. */
  readonly reason: number;
}

export function encodeReleaseRequest(): Buffer {
  return allocatePdu(PduType.releaseRequest, 4);
}

export function encodeReleaseReply(): Buffer {
  return allocatePdu(PduType.releaseReply, 4);
}

export function encodeAbort(abort: Abort): Buffer {
  const pdu = allocatePdu(PduType.abort, 4);
  pdu[8] = abort.source;
  pdu[9] = abort.reason;
  return pdu;
}

/**
 * Reads an A-ABORT; one that is cut still ends the association: it counts as a provider's without reason.
 * @param body the PDU without its six-byte header
 */
export function decodeAbort(body: Buffer): Abort {
  if (body.length < 4) return { source: 2, reason: 0 };
  return { source: body.readUInt8(2), reason: body.readUInt8(3) };
}
