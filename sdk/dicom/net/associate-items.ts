// Items and sub-items inside A-ASSOCIATE PDUs: a type, a reserved byte, a 16-bit length and a body.
import { ProtocolError } from "./protocol-error.ts";

/** Item types (PS3.8 9.3.2 and D.1, PS3.7 D.3.3). */
export const ItemType = {
  applicationContext: 0x10,
  proposedContext: 0x20,
  answeredContext: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maxPduLength: 0x51,
  implementationClassUid: 0x52,
  operationsWindow: 0x53,
  roleSelection: 0x54,
  implementationVersionName: 0x55,
  extendedNegotiation: 0x56,
  userIdentity: 0x58,
  userIdentityResponse: 0x59,
} as const;

const ITEM_HEADER_LENGTH = 4;

/** Reads the items that fill `body`.
 * @throws ProtocolError when an item reaches beyond the end */
export function* readItems(body: Buffer): Generator<{ readonly type: number; readonly body: Buffer }> {
  let position = 0;
  while (position < body.length) {
    const start = position + ITEM_HEADER_LENGTH;
    if (start > body.length) throw cutItem();
    const end = start + body.readUInt16BE(position + 2);
    if (end > body.length) throw cutItem();
    yield { type: body.readUInt8(position), body: body.subarray(start, end) };
    position = end;
  }
}

/** Encodes one item around its body. */
export function encodeItem(type: number, body: Buffer | string): Buffer {
  const content = typeof body === "string" ? Buffer.from(body, "latin1") : body;
  const item = Buffer.alloc(ITEM_HEADER_LENGTH + content.length);
  item[0] = type;
  item.writeUInt16BE(content.length, 2);
  content.copy(item, ITEM_HEADER_LENGTH);
  return item;
}

/**
 * Reads a UID or name; the padding some senders add is dropped.
 * @param longest characters to keep, for what is only told on and could be as long as the PDU
 */
export function readName(body: Buffer, longest = body.length): string {
  return body.toString("latin1", 0, longest).replace(/[\0 ]+$/, "");
}

function cutItem(): ProtocolError {
  return new ProtocolError("invalidParameter", "an item is longer than the PDU that holds it");
}
