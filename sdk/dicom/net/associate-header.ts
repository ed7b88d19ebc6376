// The fixed first 68 bytes that A-ASSOCIATE-RQ and A-ASSOCIATE-AC share (PS3.8 9.3.2 and 9.3.3).
import { ProtocolError } from "./protocol-error.ts";

/** Length of the fixed fields, counted without the PDU header. */
export const ASSOCIATE_HEADER_LENGTH = 68;

const CALLED_AE = 4;
const CALLING_AE = 20;
const AE_LENGTH = 16;

export interface AssociateHeader {
  /** Bit 0 stands for version 1, the only one there is. */
  readonly protocolVersion: number;
  readonly calledAe: string;
  readonly callingAe: string;
}

/**
 * Reads the fixed fields from the body of the PDU.
 * @throws ProtocolError when it is too short
 */
export function readAssociateHeader(body: Buffer): AssociateHeader {
  if (body.length < ASSOCIATE_HEADER_LENGTH) {
    throw new ProtocolError("invalidParameter", `an A-ASSOCIATE PDU of ${body.length} bytes is too short`);
  }
  return {
    protocolVersion: body.readUInt16BE(0),
    calledAe: readAeTitle(body, CALLED_AE),
    callingAe: readAeTitle(body, CALLING_AE),
  };
}

/** Writes the fixed fields at the start of the body. */
export function writeAssociateHeader(body: Buffer, header: Omit<AssociateHeader, "protocolVersion">): void {
  body.writeUInt16BE(1, 0);
  body.write(header.calledAe.padEnd(AE_LENGTH), CALLED_AE, AE_LENGTH, "latin1");
  body.write(header.callingAe.padEnd(AE_LENGTH), CALLING_AE, AE_LENGTH, "latin1");
}

/** Leading and trailing spaces do not count (PS3.8 9.3.2); some senders pad with zero bytes instead. */
function readAeTitle(body: Buffer, at: number): string {
  const padded = body.toString("latin1", at, at + AE_LENGTH);
  return padded.replaceAll("\0", " ").trim();
}
