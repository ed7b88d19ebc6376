// The one error of messages in HL7 version 2.

/** A message cannot be written or read; the text says where and what, and shows no value. */
export class Hl7Problem extends Error {
  override readonly name = "Hl7Problem";
}
