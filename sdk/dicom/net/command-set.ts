// The command set of a DIMSE message: group 0000 in implicit VR little endian (PS3.7 6.3 and annex E).
import { ProtocolError } from "./protocol-error.ts";

/** CommandField (0000,0100) of the services we speak; a response is the request with the high bit set. */
export const CommandField = {
  storeRequest: 0x0001,
  storeResponse: 0x8001,
  echoRequest: 0x0030,
  echoResponse: 0x8030,
  cancelRequest: 0x0fff,
} as const;

/** The bit that tells a response from a request (PS3.7 E.1). */
export const RESPONSE_BIT = 0x8000;

/** Priority (0000,0700) MEDIUM. */
export const PRIORITY_MEDIUM = 0;

/** CommandDataSetType (0000,0800) when no data set follows; any other value says that one does. */
const NO_DATA_SET = 0x0101;
const SOME_DATA_SET = 0x0001;

const GROUP_LENGTH_ELEMENT = 12;
const ELEMENT_HEADER = 8;

/** The elements of a command set that C-ECHO and C-STORE use (PS3.7 9.3.1 and 9.3.5). */
export interface CommandSet {
  /** CommandField (0000,0100) */
  readonly commandField: number;
  /** CommandDataSetType (0000,0800): whether a data set follows. */
  readonly hasDataSet: boolean;
  /** AffectedSOPClassUID (0000,0002) */
  readonly affectedSopClassUid?: string | undefined;
  /** MessageID (0000,0110) */
  readonly messageId?: number | undefined;
  /** MessageIDBeingRespondedTo (0000,0120) */
  readonly messageIdRespondedTo?: number | undefined;
  /** Priority (0000,0700) */
  readonly priority?: number | undefined;
  /** Status (0000,0900) */
  readonly status?: number | undefined;
  /** ErrorComment (0000,0902), at most 64 characters. */
  readonly errorComment?: string | undefined;
  /** AffectedSOPInstanceUID (0000,1000) */
  readonly affectedSopInstanceUid?: string | undefined;
}

/**
 * Reads a command set; elements of other services are passed over.
 * @throws ProtocolError when an element is cut, is not of group 0000, or CommandField is missing
 */
export function decodeCommandSet(bytes: Buffer): CommandSet {
  const values = new Map<number, Buffer>();
  let position = 0;
  while (position < bytes.length) {
    const start = position + ELEMENT_HEADER;
    if (start > bytes.length || bytes.readUInt16LE(position) !== 0) throw unreadable();
    const end = start + bytes.readUInt32LE(position + 4);
    if (end > bytes.length) throw unreadable();
    values.set(bytes.readUInt16LE(position + 2), bytes.subarray(start, end));
    position = end;
  }
  const commandField = readNumber(values.get(0x0100));
  if (commandField === undefined) throw unreadable();
  return {
    commandField,
    hasDataSet: (readNumber(values.get(0x0800)) ?? NO_DATA_SET) !== NO_DATA_SET,
    affectedSopClassUid: readText(values.get(0x0002)),
    messageId: readNumber(values.get(0x0110)),
    messageIdRespondedTo: readNumber(values.get(0x0120)),
    priority: readNumber(values.get(0x0700)),
    status: readNumber(values.get(0x0900)),
    errorComment: readText(values.get(0x0902)),
    affectedSopInstanceUid: readText(values.get(0x1000)),
  };
}

/** Encodes a command set with its CommandGroupLength (0000,0000), elements in ascending order. */
export function encodeCommandSet(command: CommandSet): Buffer {
  const elements = [
    textElement(0x0002, command.affectedSopClassUid, "\0"),
    numberElement(0x0100, command.commandField),
    numberElement(0x0110, command.messageId),
    numberElement(0x0120, command.messageIdRespondedTo),
    numberElement(0x0700, command.priority),
    numberElement(0x0800, command.hasDataSet ? SOME_DATA_SET : NO_DATA_SET),
    numberElement(0x0900, command.status),
    textElement(0x0902, command.errorComment, " "),
    textElement(0x1000, command.affectedSopInstanceUid, "\0"),
  ].filter((element) => element !== undefined);
  const groupLength = Buffer.alloc(GROUP_LENGTH_ELEMENT);
  groupLength.writeUInt32LE(4, 4);
  groupLength.writeUInt32LE(
    elements.reduce((sum, element) => sum + element.length, 0),
    ELEMENT_HEADER,
  );
  return Buffer.concat([groupLength, ...elements]);
}

function readNumber(value: Buffer | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.length !== 2) throw unreadable();
  return value.readUInt16LE(0);
}

function readText(value: Buffer | undefined): string | undefined {
  return value?.toString("latin1").replace(/[\0 ]+$/, "");
}

function numberElement(element: number, value: number | undefined): Buffer | undefined {
  if (value === undefined) return undefined;
  const bytes = elementHeader(element, 2);
  bytes.writeUInt16LE(value, ELEMENT_HEADER);
  return bytes;
}

function textElement(element: number, value: string | undefined, padding: string): Buffer | undefined {
  if (value === undefined) return undefined;
  const even = value.length % 2 === 0 ? value : value + padding;
  const bytes = elementHeader(element, even.length);
  bytes.write(even, ELEMENT_HEADER, "latin1");
  return bytes;
}

/** An element of group 0000 whose value is still zero. */
function elementHeader(element: number, length: number): Buffer {
  const bytes = Buffer.alloc(ELEMENT_HEADER + length);
  bytes.writeUInt16LE(element, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function unreadable(): ProtocolError {
  return new ProtocolError("dimse", "the command set cannot be read");
}
