// Puts the head of a PS3.10 file in front of a data set: preamble and file meta information.
import type { IncomingObject } from "../services/intake.ts";
import { type Dataset, encodeDataset } from "./dataset-writer.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "./transfer-syntaxes.ts";
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "./uid.ts";

const PREAMBLE_BYTES = 128;

/** What a file must say about itself. */
export type FileDataset = Dataset & { readonly SOPClassUID: string; readonly SOPInstanceUID: string };

/**
 * PS3.10 7.1: 128 zero bytes, `DICM`, and group 0002 in Explicit VR Little Endian.
 * @param sourceAe SourceApplicationEntityTitle (0002,0016); left out when nobody sent the object
 */
export function encodeFileMeta(object: IncomingObject, sourceAe?: string): Buffer {
  const preamble = Buffer.alloc(PREAMBLE_BYTES + 4);
  preamble.write("DICM", PREAMBLE_BYTES, "latin1");
  const meta = encodeDataset({
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: object.sopClassUid,
    MediaStorageSOPInstanceUID: object.sopInstanceUid,
    TransferSyntaxUID: object.transferSyntaxUid,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
    SourceApplicationEntityTitle: sourceAe,
  });
  return Buffer.concat([preamble, encodeDataset({ FileMetaInformationGroupLength: meta.length }), meta]);
}

/**
 * Encodes a whole file in Explicit VR Little Endian.
 * @throws RangeError when a value does not fit its value representation; the message names the attribute only
 */
export function encodeFile(dataset: FileDataset): Buffer {
  const { SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid } = dataset;
  const object = { sopClassUid, sopInstanceUid, transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN };
  return Buffer.concat([encodeFileMeta(object), encodeDataset(dataset)]);
}
