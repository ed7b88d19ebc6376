// Status codes of C-ECHO and C-STORE (PS3.7 annex C, PS3.4 table B.2-1).

export const DimseStatus = {
  success: 0x0000,
  invalidAttributeValue: 0x0106,
  processingFailure: 0x0110,
  invalidSopInstance: 0x0117,
  sopClassNotSupported: 0x0122,
  unrecognizedOperation: 0x0211,
  mistypedArgument: 0x0212,
  outOfResources: 0xa700,
  dataSetDoesNotMatchSopClass: 0xa900,
  cannotUnderstand: 0xc000,
} as const;

/** Success, or a warning after which the object is stored all the same: 0001H and B000H to BFFFH. */
export function isStored(status: number): boolean {
  return status === DimseStatus.success || status === 0x0001 || (status & 0xf000) === 0xb000;
}

/** As people write it: `0xA700`. */
export function formatStatus(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;
}
