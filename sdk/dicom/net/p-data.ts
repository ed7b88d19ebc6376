// Builds P-DATA-TF PDUs, one PDV in each (PS3.8 9.3.5 and annex E).
import { type CommandSet, encodeCommandSet } from "./command-set.ts";
import { DEFAULT_MAX_PDU_LENGTH, PduType } from "./pdu-type.ts";

/** PDU header and PDV header together: what stands before every fragment. */
export const FRAGMENT_HEADER_LENGTH = 12;

/** What of a P-DATA-TF the announced maximum counts beside the fragment: the PDV header. */
const COUNTED_HEADER_LENGTH = 6;

export interface FragmentHeader {
  readonly contextId: number;
  readonly isCommand: boolean;
  readonly isLast: boolean;
  /** Bytes of the fragment. */
  readonly length: number;
}

/**
 * The longest fragment a peer takes; even, as message streams are (PS3.8 E.1).
 * @param maxPduLength what the peer announced; 0 means no limit, and then we keep to our own
 */
export function longestFragment(maxPduLength: number): number {
  const limit = maxPduLength === 0 ? DEFAULT_MAX_PDU_LENGTH : maxPduLength;
  const room = limit - COUNTED_HEADER_LENGTH;
  // no bit operation: those know 31 bits only, and a peer may announce up to 4 GB
  return room - (room % 2);
}

/** Writes the 12 bytes before a fragment at `at`. */
export function writeFragmentHeader(buffer: Buffer, at: number, fragment: FragmentHeader): void {
  buffer[at] = PduType.data;
  buffer[at + 1] = 0;
  buffer.writeUInt32BE(fragment.length + COUNTED_HEADER_LENGTH, at + 2);
  buffer.writeUInt32BE(fragment.length + 2, at + 6);
  buffer[at + 10] = fragment.contextId;
  buffer[at + 11] = (fragment.isCommand ? 1 : 0) | (fragment.isLast ? 2 : 0);
}

/**
 * Encodes a command as one buffer, so that it can go out in one write. Two writes would wait for each other:
 * Nagle's algorithm at one end and delayed acknowledgement at the other cost 40 ms an object.
 * @param maxPduLength what the peer announced; 0 means no limit
 */
export function encodeCommand(contextId: number, command: CommandSet, maxPduLength: number): Buffer {
  const bytes = encodeCommandSet(command);
  const longest = longestFragment(maxPduLength);
  const fragments = Math.ceil(bytes.length / longest);
  const pdus = Buffer.alloc(bytes.length + fragments * FRAGMENT_HEADER_LENGTH);
  let position = 0;
  for (let start = 0; start < bytes.length; start += longest) {
    const end = Math.min(start + longest, bytes.length);
    const isLast = end === bytes.length;
    writeFragmentHeader(pdus, position, { contextId, isCommand: true, isLast, length: end - start });
    bytes.copy(pdus, position + FRAGMENT_HEADER_LENGTH, start, end);
    position += FRAGMENT_HEADER_LENGTH + end - start;
  }
  return pdus;
}
