// C-STORE requests as they go over the wire: PDUs of the peer's size, one buffer for each message.
import {
  CommandField,
  encodeCommand,
  FRAGMENT_HEADER_LENGTH,
  longestFragment,
  PRIORITY_MEDIUM,
  writeFragmentHeader,
} from "@thalamus/sdk/dicom/net";
import { uidOfRun } from "./corpus-uids.ts";
import type { LoadObject } from "./load-objects.ts";

export const CONTEXT_ID = 1;

/** Room for command and its header. */
const COMMAND_ROOM = 512;

/** Message ids have 16 bits (PS3.7 E.1). */
export const messageIdOf = (index: number): number => index % 0x10000;

/** Frames messages into memory it keeps, so that only the first run pays for it. */
export class MessageFramer {
  #room = Buffer.alloc(0);

  /** @returns the messages; they are overwritten by the next call */
  frame(objects: readonly LoadObject[], run: number, maxPduLength: number): Buffer[] {
    const longest = longestFragment(maxPduLength);
    const needed = objects.reduce((sum, { dataSet }) => sum + framedBytes(dataSet.length, longest), 0);
    if (this.#room.length < needed) this.#room = Buffer.allocUnsafeSlow(needed);
    let start = 0;
    return objects.map((object, index) => {
      const command = encodeStore(object, index, run, maxPduLength);
      let end = start + command.copy(this.#room, start);
      end = frameDataSet(this.#room, end, object.dataSet, longest);
      const message = this.#room.subarray(start, end);
      start = end;
      return message;
    });
  }
}

const framedBytes = (length: number, longest: number): number =>
  COMMAND_ROOM + length + Math.ceil(length / longest) * FRAGMENT_HEADER_LENGTH;

function encodeStore(object: LoadObject, index: number, run: number, maxPduLength: number): Buffer {
  const command = {
    commandField: CommandField.storeRequest,
    hasDataSet: true,
    affectedSopClassUid: object.sopClassUid,
    messageId: messageIdOf(index),
    priority: PRIORITY_MEDIUM,
    affectedSopInstanceUid: uidOfRun(object.sopInstanceUid, run),
  };
  return encodeCommand(CONTEXT_ID, command, maxPduLength);
}

/** @returns where the message ends */
function frameDataSet(room: Buffer, at: number, dataSet: Buffer, longest: number): number {
  let end = at;
  for (let from = 0; from < dataSet.length; from += longest) {
    const length = Math.min(longest, dataSet.length - from);
    const isLast = from + length === dataSet.length;
    writeFragmentHeader(room, end, { contextId: CONTEXT_ID, isCommand: false, isLast, length });
    dataSet.copy(room, end + FRAGMENT_HEADER_LENGTH, from, from + length);
    end += FRAGMENT_HEADER_LENGTH + length;
  }
  return end;
}
