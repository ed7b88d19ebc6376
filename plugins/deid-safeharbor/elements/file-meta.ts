// The file meta information: read from what came, and written anew with nothing of the sender in it.
import {
  type Encoding,
  EXPLICIT_LITTLE,
  encodeFileMeta,
  IMPLICIT_LITTLE,
  MalformedDataset,
  metaElements,
  type TransferSyntax,
  transferSyntaxOf,
} from "@thalamus/sdk/dicom";

const PREFIX_END = 132;

export interface SourceMeta {
  /** MediaStorageSOPClassUID (0002,0002); empty when absent. */
  readonly sopClassUid: string;
  /** MediaStorageSOPInstanceUID (0002,0003); empty when absent. */
  readonly sopInstanceUid: string;
  readonly transferSyntax: TransferSyntax;
  /** Where the data set begins. */
  readonly dataSetAt: number;
}

/**
 * @param head the first bytes of the file
 * @throws MalformedDataset when it is no PS3.10 file
 */
export function readSourceMeta(head: Buffer, whole: boolean): SourceMeta {
  if (head.toString("latin1", PREFIX_END - 4, PREFIX_END) !== "DICM") {
    throw new MalformedDataset("the file has no DICM prefix");
  }
  const meta = metaElements(head, PREFIX_END, whole);
  if (!meta) throw new MalformedDataset("the file meta information has no end");
  const { values, end } = meta;
  const uid = values.get(0x0010) ?? "";
  return {
    sopClassUid: values.get(0x0002) ?? "",
    sopInstanceUid: values.get(0x0003) ?? "",
    // where it is missing, the first element tells how it is written
    transferSyntax: transferSyntaxOf(uid === "" ? uidOf(encodingOf(head, end)) : uid),
    dataSetAt: end,
  };
}

/** By the first element: a small group number, and two letters where a value representation would stand. */
function encodingOf(bytes: Buffer, at: number): Encoding {
  if (at + 8 > bytes.length) return IMPLICIT_LITTLE;
  const explicit = /^[A-Z]{2}$/.test(bytes.toString("latin1", at + 4, at + 6));
  const littleEndian = bytes.readUInt16LE(at) <= bytes.readUInt16BE(at);
  return explicit ? { ...EXPLICIT_LITTLE, littleEndian } : IMPLICIT_LITTLE;
}

function uidOf({ explicit, littleEndian }: Encoding): string {
  if (!explicit) return "1.2.840.10008.1.2";
  return littleEndian ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2.2";
}

/** Preamble of zeroes, the class, the new instance UID, the syntax it had, and this program as its writer. */
export const writeTargetMeta = (
  sopClassUid: string,
  sopInstanceUid: string,
  syntax: TransferSyntax,
): Buffer => encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid: syntax.uid });
