// Puts the head of a PS3.10 file in front of a data set: preamble and file meta information.
import type { IncomingObject } from "../services/intake.ts";
import { type Dataset, encodeDataset } from "./dataset-writer.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "./transfer-syntaxes.ts";
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "./uid.ts";

const PREAMBLE_BYTES = 128;

/** What a file must say about itself. */
export type FileDataset = Dataset & { readonly SOPClassUID: string; readonly SOPInstanceUID: string };

/** FileMetaInformationVersion (0002,0001), OB with its long head, and the two bytes 00 01. */
const VERSION = Buffer.from([0x02, 0x00, 0x01, 0x00, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 1]);
const GROUP_LENGTH_BYTES = 12;
const HEAD_BYTES = 8;

/**
 * PS3.10 7.1: 128 zero bytes, `DICM`, and group 0002 in Explicit VR Little Endian. Written element by element, since
 * every object that is received gets one.
 * @param sourceAe SourceApplicationEntityTitle (0002,0016); left out when nobody sent the object
 */
export function encodeFileMeta(object: IncomingObject, sourceAe?: string): Buffer {
  const texts: (readonly [element: number, vr: string, value: string])[] = [
    [0x0002, "UI", evenUid(object.sopClassUid)],
    [0x0003, "UI", evenUid(object.sopInstanceUid)],
    [0x0010, "UI", evenUid(object.transferSyntaxUid)],
    [0x0012, "UI", evenUid(IMPLEMENTATION_CLASS_UID)],
    [0x0013, "SH", evenText(IMPLEMENTATION_VERSION_NAME)],
  ];
  if (sourceAe !== undefined) texts.push([0x0016, "AE", evenText(sourceAe)]);
  let groupLength = VERSION.length;
  for (const [, , value] of texts) groupLength += HEAD_BYTES + value.length;
  const start = PREAMBLE_BYTES + 4;
  const meta = Buffer.alloc(start + GROUP_LENGTH_BYTES + groupLength);
  meta.write("DICM", PREAMBLE_BYTES, "latin1");
  let at = writeHead(meta, start, 0x0000, "UL", 4);
  at = meta.writeUInt32LE(groupLength, at);
  at += VERSION.copy(meta, at);
  for (const [element, vr, value] of texts) {
    at = writeHead(meta, at, element, vr, value.length);
    at += meta.write(value, at, "latin1");
  }
  return meta;
}

/** @returns where the value begins */
function writeHead(meta: Buffer, at: number, element: number, vr: string, length: number): number {
  meta.writeUInt16LE(0x0002, at);
  meta.writeUInt16LE(element, at + 2);
  meta.write(vr, at + 4, "latin1");
  return meta.writeUInt16LE(length, at + 6);
}

const evenUid = (uid: string): string => (uid.length % 2 === 0 ? uid : `${uid}\0`);
const evenText = (text: string): string => (text.length % 2 === 0 ? text : `${text} `);

/**
 * Encodes a whole file in Explicit VR Little Endian.
 * @throws RangeError when a value does not fit its value representation; the message names the attribute only
 */
export function encodeFile(dataset: FileDataset): Buffer {
  const { SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid } = dataset;
  const object = { sopClassUid, sopInstanceUid, transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN };
  return Buffer.concat([encodeFileMeta(object), encodeDataset(dataset)]);
}
