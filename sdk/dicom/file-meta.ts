// The head of a received file: preamble and file meta information in front of the untouched data set.

import type { IncomingObject } from "../services/intake.ts";
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "./uid.ts";

const PREAMBLE = 128;

/**
 * PS3.10 7.1: 128 zero bytes, `DICM`, and group 0002 in explicit VR little endian.
 * @param sourceAe SourceApplicationEntityTitle (0002,0016)
 */
export function encodeFileMeta(object: IncomingObject, sourceAe: string): Buffer {
  const version = Buffer.from([0x02, 0, 0x01, 0, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0x00, 0x01]);
  const elements = Buffer.concat([
    version,
    short(0x0002, "UI", object.sopClassUid),
    short(0x0003, "UI", object.sopInstanceUid),
    short(0x0010, "UI", object.transferSyntaxUid),
    short(0x0012, "UI", IMPLEMENTATION_CLASS_UID),
    short(0x0013, "SH", IMPLEMENTATION_VERSION_NAME),
    short(0x0016, "AE", sourceAe),
  ]);
  const head = Buffer.alloc(PREAMBLE + 4 + 12);
  head.write("DICM", PREAMBLE, "latin1");
  // FileMetaInformationGroupLength (0002,0000), UL
  head.set([0x02, 0, 0, 0, 0x55, 0x4c, 4, 0], PREAMBLE + 4);
  head.writeUInt32LE(elements.length, PREAMBLE + 12);
  return Buffer.concat([head, elements]);
}

/** An element of group 0002 with a 16-bit length; UIDs are padded with NUL, text with a space (PS3.5 6.2). */
function short(element: number, vr: string, value: string): Buffer {
  const padded = value.length % 2 === 0 ? value : value + (vr === "UI" ? "\0" : " ");
  const bytes = Buffer.alloc(8 + padded.length);
  bytes.writeUInt16LE(0x0002, 0);
  bytes.writeUInt16LE(element, 2);
  bytes.write(vr, 4, "latin1");
  bytes.writeUInt16LE(padded.length, 6);
  bytes.write(padded, 8, "latin1");
  return bytes;
}
