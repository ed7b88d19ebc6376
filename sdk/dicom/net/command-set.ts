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
  const numbers = (value: number | undefined) => (value === undefined ? 0 : ELEMENT_HEADER + 2);
  const texts = (value: string | undefined) => (value === undefined ? 0 : ELEMENT_HEADER + evenLength(value));
  const groupLength =
    texts(command.affectedSopClassUid) +
    numbers(command.commandField) +
    numbers(command.messageId) +
    numbers(command.messageIdRespondedTo) +
    numbers(command.priority) +
    numbers(NO_DATA_SET) +
    numbers(command.status) +
    texts(command.errorComment) +
    texts(command.affectedSopInstanceUid);
  const bytes = Buffer.alloc(GROUP_LENGTH_ELEMENT + groupLength);
  bytes.writeUInt32LE(4, 4);
  let at = bytes.writeUInt32LE(groupLength, ELEMENT_HEADER);
  at = writeText(bytes, at, 0x0002, command.affectedSopClassUid, "\0");
  at = writeNumber(bytes, at, 0x0100, command.commandField);
  at = writeNumber(bytes, at, 0x0110, command.messageId);
  at = writeNumber(bytes, at, 0x0120, command.messageIdRespondedTo);
  at = writeNumber(bytes, at, 0x0700, command.priority);
  at = writeNumber(bytes, at, 0x0800, command.hasDataSet ? SOME_DATA_SET : NO_DATA_SET);
  at = writeNumber(bytes, at, 0x0900, command.status);
  at = writeText(bytes, at, 0x0902, command.errorComment, " ");
  writeText(bytes, at, 0x1000, command.affectedSopInstanceUid, "\0");
  return bytes;
}

function readNumber(value: Buffer | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.length !== 2) throw unreadable();
  return value.readUInt16LE(0);
}

function readText(value: Buffer | undefined): string | undefined {
  return value?.toString("latin1").replace(/[\0 ]+$/, "");
}

const evenLength = (text: string): number => text.length + (text.length % 2);

/** @returns where the next element begins */
function writeNumber(bytes: Buffer, at: number, element: number, value: number | undefined): number {
  return value === undefined ? at : bytes.writeUInt16LE(value, writeHeader(bytes, at, element, 2));
}

function writeText(
  bytes: Buffer,
  at: number,
  element: number,
  value: string | undefined,
  padding: string,
): number {
  if (value === undefined) return at;
  const length = evenLength(value);
  const start = writeHeader(bytes, at, element, length);
  bytes.write(length === value.length ? value : value + padding, start, "latin1");
  return start + length;
}

/** The head of an element of group 0000. */
function writeHeader(bytes: Buffer, at: number, element: number, length: number): number {
  bytes.writeUInt16LE(element, at + 2);
  return bytes.writeUInt32LE(length, at + 4);
}

function unreadable(): ProtocolError {
  return new ProtocolError("dimse", "the command set cannot be read");
}
