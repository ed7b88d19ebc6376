// Reads the few DICOM attributes that decide what is converted, and nothing that identifies a patient.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** What the conversion needs to know of one file. */
export interface DicomHeader {
  modality: string;
  seriesInstanceUid: string;
  rows: number;
  columns: number;
  frames: number;
  lossy: boolean;
}

/** Most headers end well before this; a longer one is read whole. */
const FIRST_READ = 128 * 1024;
const LARGEST_HEADER = 64 * 1024 * 1024;
const IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2";
const UNDEFINED_LENGTH = 0xffffffff;

const MODALITY = 0x00080060; // Modality (0008,0060)
const SERIES_INSTANCE_UID = 0x0020000e; // SeriesInstanceUID (0020,000E)
const NUMBER_OF_FRAMES = 0x00280008; // NumberOfFrames (0028,0008)
const ROWS = 0x00280010; // Rows (0028,0010)
const COLUMNS = 0x00280011; // Columns (0028,0011)
const LOSSY_IMAGE_COMPRESSION = 0x00282110; // LossyImageCompression (0028,2110)
const TRANSFER_SYNTAX_UID = 0x00020010; // TransferSyntaxUID (0002,0010)
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

/** Value representations with a four-byte length in explicit VR (PS3.5 section 7.1.2). */
const LONG_VR = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);

interface Reader {
  bytes: Buffer;
  at: number;
  explicit: boolean;
}

function nextElement(reader: Reader): { tag: number; length: number } {
  const { bytes } = reader;
  const tag = bytes.readUInt16LE(reader.at) * 0x10000 + bytes.readUInt16LE(reader.at + 2);
  const isDelimiter = tag >= ITEM && tag <= SEQUENCE_END;
  if (!reader.explicit || isDelimiter) {
    reader.at += 8;
    return { tag, length: bytes.readUInt32LE(reader.at - 4) };
  }
  const vr = bytes.toString("latin1", reader.at + 4, reader.at + 6);
  if (LONG_VR.has(vr)) {
    reader.at += 12;
    return { tag, length: bytes.readUInt32LE(reader.at - 4) };
  }
  reader.at += 8;
  return { tag, length: bytes.readUInt16LE(reader.at - 2) };
}

/** Moves behind a sequence of undefined length; its items may be of undefined length themselves. */
function skipSequence(reader: Reader): void {
  for (;;) {
    const { tag, length } = nextElement(reader);
    if (tag === SEQUENCE_END) return;
    if (length === UNDEFINED_LENGTH) skipItem(reader);
    else reader.at += length;
  }
}

function skipItem(reader: Reader): void {
  for (;;) {
    const { tag, length } = nextElement(reader);
    if (tag === ITEM_END) return;
    if (length === UNDEFINED_LENGTH) skipSequence(reader);
    else reader.at += length;
  }
}

/** @throws RangeError when the bytes end before the header does */
function parseHeader(bytes: Buffer, isWholeFile: boolean): DicomHeader {
  const reader: Reader = { bytes, at: 132, explicit: true };
  const header: DicomHeader = {
    modality: "",
    seriesInstanceUid: "",
    rows: 0,
    columns: 0,
    frames: 1,
    lossy: false,
  };
  let implicitAfterMeta = false;
  for (;;) {
    if (isWholeFile && reader.at === bytes.length) return header;
    // A big-endian dataset would read as nonsense here; its header stays empty and the file is passed over.
    if (implicitAfterMeta && bytes.readUInt16LE(reader.at) !== 0x0002) reader.explicit = false;
    const { tag, length } = nextElement(reader);
    if (tag > LOSSY_IMAGE_COMPRESSION) return header;
    if (length === UNDEFINED_LENGTH) {
      skipSequence(reader);
      continue;
    }
    const text = () => {
      if (reader.at + length > bytes.length) throw new RangeError("value beyond the bytes read");
      return bytes.toString("latin1", reader.at, reader.at + length).replace(/[\0 ]+$/, "");
    };
    if (tag === TRANSFER_SYNTAX_UID) implicitAfterMeta = text() === IMPLICIT_LITTLE_ENDIAN;
    else if (tag === MODALITY) header.modality = text();
    else if (tag === SERIES_INSTANCE_UID) header.seriesInstanceUid = text();
    else if (tag === NUMBER_OF_FRAMES) header.frames = Math.max(1, Number.parseInt(text(), 10) || 1);
    else if (tag === ROWS) header.rows = bytes.readUInt16LE(reader.at);
    else if (tag === COLUMNS) header.columns = bytes.readUInt16LE(reader.at);
    else if (tag === LOSSY_IMAGE_COMPRESSION) header.lossy = text() === "01";
    reader.at += length;
  }
}

/**
 * Reads one file's header.
 *
 * Explicit and implicit VR little endian; the contract promises the former.
 *
 * @returns undefined when the file is no DICOM Part 10 file or cannot be read to the image description
 */
export function readDicomHeader(path: string): DicomHeader | undefined {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    for (const length of [FIRST_READ, LARGEST_HEADER]) {
      const bytes = Buffer.alloc(Math.min(size, length));
      readSync(file, bytes, 0, bytes.length, 0);
      if (bytes.length < 140 || bytes.toString("latin1", 128, 132) !== "DICM") return undefined;
      try {
        return parseHeader(bytes, bytes.length === size);
      } catch (error) {
        const ranOut = error instanceof RangeError && bytes.length < size;
        if (!ranOut) return undefined;
      }
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
