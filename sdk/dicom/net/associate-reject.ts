// A-ASSOCIATE-RJ: who refuses an association, why, and whether another try may help (PS3.8 9.3.4).
import { allocatePdu, PduType } from "./pdu-type.ts";
import { ProtocolError } from "./protocol-error.ts";

/** The three numbers of an A-ASSOCIATE-RJ (PS3.8 table 9-21). */
export interface Rejection {
  /** 1 permanent, 2 transient. */
  readonly result: number;
  /** 1 service user, 2 service provider (ACSE), 3 service provider (presentation). */
  readonly source: number;
  readonly reason: number;
}

export const Rejections = {
  noReason: { result: 1, source: 1, reason: 1 },
  applicationContextNotSupported: { result: 1, source: 1, reason: 2 },
  callingAeNotRecognized: { result: 1, source: 1, reason: 3 },
  calledAeNotRecognized: { result: 1, source: 1, reason: 7 },
  /** Who the requestor says it is was not believed: permanent, by the provider (ACSE related function). */
  userIdentityRefused: { result: 1, source: 2, reason: 1 },
  protocolVersionNotSupported: { result: 1, source: 2, reason: 2 },
  temporaryCongestion: { result: 2, source: 3, reason: 1 },
  localLimitExceeded: { result: 2, source: 3, reason: 2 },
} as const satisfies Record<string, Rejection>;

const PERMANENT = 1;

const REASONS: Readonly<Record<string, string>> = {
  "1.2": "application context not supported",
  "1.3": "calling AE title not recognized",
  "1.7": "called AE title not recognized",
  "2.1": "user identity refused, or no reason given",
  "2.2": "protocol version not supported",
  "3.1": "temporary congestion",
  "3.2": "local limit exceeded",
};

/** Encodes a whole A-ASSOCIATE-RJ PDU. */
export function encodeAssociateReject(rejection: Rejection): Buffer {
  const pdu = allocatePdu(PduType.associateReject, 4);
  pdu[7] = rejection.result;
  pdu[8] = rejection.source;
  pdu[9] = rejection.reason;
  return pdu;
}

/**
 * Reads an A-ASSOCIATE-RJ.
 * @param body the PDU without its six-byte header
 * @throws ProtocolError when it has not four bytes
 */
export function decodeAssociateReject(body: Buffer): Rejection {
  if (body.length !== 4) throw new ProtocolError("invalidParameter", "A-ASSOCIATE-RJ must have four bytes");
  return { result: body.readUInt8(1), source: body.readUInt8(2), reason: body.readUInt8(3) };
}

/** Whether the peer says that trying again is no use. */
export function isPermanent(rejection: Rejection): boolean {
  return rejection.result === PERMANENT;
}

/** The reason in words: `called AE title not recognized`. */
export function describeRejection(rejection: Rejection): string {
  return REASONS[`${rejection.source}.${rejection.reason}`] ?? "no reason given";
}
