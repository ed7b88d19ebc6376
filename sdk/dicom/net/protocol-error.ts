// What is wrong with the bytes of a peer, in the words an A-ABORT has for it.

/** Who breaks off (PS3.8 9.3.8, table 9-26). */
export const AbortSource = { serviceUser: 0, serviceProvider: 2 } as const;

/** Why the service provider breaks off (PS3.8 9.3.8, table 9-26). */
export const AbortReason = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedParameter: 4,
  unexpectedParameter: 5,
  invalidParameter: 6,
} as const;

export type AbortReasonName = keyof typeof AbortReason;

/**
 * A peer broke the upper layer protocol (a reason of its own) or sent a DIMSE message nobody can read
 * (`dimse`: the upper layer is sound, so the service user breaks off). The message holds lengths and types,
 * never values.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly fault: AbortReasonName | "dimse";

  constructor(fault: AbortReasonName | "dimse", message: string) {
    super(message);
    this.fault = fault;
  }
}
