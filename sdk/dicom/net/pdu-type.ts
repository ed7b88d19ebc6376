// The seven protocol data units of the upper layer (PS3.8 9.3.1).

export const PduType = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseReply: 6,
  abort: 7,
} as const;

/** PDU type, a reserved byte and the length of what follows. */
export const PDU_HEADER_LENGTH = 6;

/** The longest P-DATA-TF we announce and take, counted without its header (PS3.8 D.1). */
export const DEFAULT_MAX_PDU_LENGTH = 131_072;

/** The longest PDU of any other type we take; 128 contexts with all transfer syntaxes fit in well. */
export const MAX_CONTROL_PDU_LENGTH = 65_536;

/**
 * Begins a PDU: allocates the whole of it and fills in the header.
 * @param length bytes after the header
 * @returns a zeroed buffer of `length` + 6 bytes
 */
export function allocatePdu(type: number, length: number): Buffer {
  const pdu = Buffer.alloc(PDU_HEADER_LENGTH + length);
  pdu[0] = type;
  pdu.writeUInt32BE(length, 2);
  return pdu;
}
