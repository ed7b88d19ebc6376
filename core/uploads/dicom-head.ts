// Finds out from the first bytes of a file what a C-STORE would have said about it, with or without a preamble.
import type { IncomingObject } from "@thalamus/sdk";
import {
  DatasetWalker,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  isUid,
  MalformedDataset,
  metaElements,
  Tag,
} from "@thalamus/sdk/dicom";
import { FileRefusal } from "./upload-problem.ts";

export interface DicomHead {
  readonly object: IncomingObject;
  /** Offset of the first byte of the data set. */
  readonly dataSetStart: number;
}

/** The head is looked for in so much of a file; SOP class and instance UID stand near the begin. */
export const MOST_HEAD_BYTES = 1_048_576;
const PREFIX_END = 132;
const FIRST_GROUP = 0x0008;
const META_GROUP = 0x0002;
const UIDS = new Set([Tag.SOPClassUID, Tag.SOPInstanceUID]);
const VR = /^(AE|AS|AT|CS|DA|DS|DT|FL|FD|IS|LO|LT|OB|OD|OF|OL|OW|PN|SH|SL|SQ|SS|ST|TM|UC|UI|UL|UN|UR|US|UT)$/;
/** No first element of a data set is longer: a length, a character set, an image type, a date, a UID. */
const LONGEST_FIRST_VALUE = 4096;

/** Whether the first bytes of a file (132 or more, unless it is shorter) can be those of a DICOM file. */
export function looksLikeDicom(bytes: Buffer): boolean {
  return hasPrefix(bytes) || hasMeta(bytes, 0) || guessEncoding(bytes, 0) !== undefined;
}

const hasPrefix = (bytes: Buffer): boolean => bytes.toString("latin1", PREFIX_END - 4, PREFIX_END) === "DICM";

const hasMeta = (bytes: Buffer, at: number): boolean =>
  bytes.length >= at + 8 &&
  bytes.readUInt16LE(at) === META_GROUP &&
  VR.test(bytes.toString("latin1", at + 4, at + 6));

/**
 * The transfer syntax of a data set that does not say it. Only little endian that begins as nearly every data set
 * does, with group 0008, is believed; anything else would be a guess about a patient's images.
 */
function guessEncoding(bytes: Buffer, at: number): string | undefined {
  if (bytes.length < at + 8 || bytes.readUInt16LE(at) !== FIRST_GROUP) return undefined;
  if (VR.test(bytes.toString("latin1", at + 4, at + 6))) return EXPLICIT_VR_LITTLE_ENDIAN;
  return bytes.readUInt32LE(at + 4) <= LONGEST_FIRST_VALUE ? IMPLICIT_VR_LITTLE_ENDIAN : undefined;
}

/**
 * PS3.10 7.1, and files that lack the preamble or the whole file meta information.
 * @param bytes the begin of the file
 * @param whole whether these are all of its bytes
 * @returns undefined when more bytes are needed
 * @throws FileRefusal `upload.not-dicom` or `upload.no-transfer-syntax`
 */
export function readDicomHead(bytes: Buffer, whole: boolean): DicomHead | undefined {
  if (bytes.length < PREFIX_END && !whole) return undefined;
  const metaStart = hasPrefix(bytes) ? PREFIX_END : 0;
  const meta = metaStart > 0 || hasMeta(bytes, 0) ? metaElements(bytes, metaStart, whole) : NO_META;
  if (!meta) return needMore(bytes, whole);
  const { values, end } = meta;
  if (!whole && bytes.length < end + 8) return undefined;
  const transferSyntaxUid = values.get(0x0010) || guessEncoding(bytes, end);
  if (transferSyntaxUid === undefined) {
    const message = "This file does not say its transfer syntax, and it cannot be told from its first bytes.";
    throw new FileRefusal("upload.no-transfer-syntax", message);
  }
  const stated = { sopClassUid: values.get(0x0002), sopInstanceUid: values.get(0x0003) };
  const uids = stated.sopClassUid && stated.sopInstanceUid ? stated : uidsIn(bytes, end, transferSyntaxUid);
  if (!uids) return needMore(bytes, whole);
  const { sopClassUid = "", sopInstanceUid = "" } = uids;
  if (![sopClassUid, sopInstanceUid, transferSyntaxUid].every(isUid)) throw notDicom();
  return { object: { sopClassUid, sopInstanceUid, transferSyntaxUid }, dataSetStart: end };
}

const NO_META = { values: new Map<number, string>(), end: 0 };

const notDicom = () => new FileRefusal("upload.not-dicom", "This file is no readable DICOM object.");

/** @throws FileRefusal when there is no more */
function needMore(bytes: Buffer, whole: boolean): undefined {
  if (whole || bytes.length >= MOST_HEAD_BYTES) throw notDicom();
  return undefined;
}

/** SOPClassUID (0008,0016) and SOPInstanceUID (0008,0018) of the data set itself. */
function uidsIn(bytes: Buffer, from: number, transferSyntaxUid: string) {
  const walker = new DatasetWalker(transferSyntaxUid, UIDS);
  try {
    walker.feed(bytes.subarray(from));
  } catch (error) {
    if (error instanceof MalformedDataset) throw notDicom();
    throw error;
  }
  const sopClassUid = walker.text(Tag.SOPClassUID);
  const sopInstanceUid = walker.text(Tag.SOPInstanceUID);
  return sopClassUid && sopInstanceUid ? { sopClassUid, sopInstanceUid } : undefined;
}
