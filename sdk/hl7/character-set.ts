// Character sets of HL7 version 2 messages, by the names that MSH-18 has for them (table 0211).
import { Hl7Problem } from "./problem.ts";

export type Hl7CharacterSet = "UNICODE UTF-8" | "8859/1" | "ASCII";

/** @throws Hl7Problem when the text has characters that the set does not */
export function encodeHl7(text: string, characterSet: Hl7CharacterSet): Buffer {
  if (!canEncode(text, characterSet)) {
    throw new Hl7Problem(`the message holds characters that the character set ${characterSet} does not have`);
  }
  return Buffer.from(text, characterSet === "UNICODE UTF-8" ? "utf8" : "latin1");
}

export function canEncode(text: string, characterSet: Hl7CharacterSet): boolean {
  if (characterSet === "UNICODE UTF-8") return true;
  return characterSet === "8859/1" ? !/[^\0-\xff]/.test(text) : !/[^\0-\x7f]/.test(text);
}

/** Bytes of somebody else's message: UTF-8 when they are, else ISO 8859-1, which every byte is a character of. */
export function decodeHl7(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("latin1");
  }
}
