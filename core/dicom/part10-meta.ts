// Reads from a PS3.10 file what a C-STORE must say about it, and where its data set begins.
import { fstatSync, readSync } from "node:fs";
import { NotPart10, type Part10Meta, parsePart10Meta } from "@thalamus/sdk/dicom";

/** What the file meta information says, and how long the file is. */
export interface FileToSend extends Part10Meta {
  /** Size of the file in bytes. */
  readonly fileBytes: number;
}

/** Enough for all meta information but private ones; what is longer is read a second time with more. */
const FIRST_READ_BYTES = 2048;
const MAX_META_BYTES = 1024 * 1024;

/**
 * Reads the file meta information: one or two small reads, synchronous because with them in the thread pool
 * the sending of an image costs half as much CPU again (0.45 instead of 0.30 ms for 139 KB). The end is found
 * by the elements, for FileMetaInformationGroupLength (0002,0000) is wrong in some files.
 * @param fd an open file
 * @throws NotPart10 when there is none or one of the three UIDs is missing
 */
export function readPart10Meta(fd: number): FileToSend {
  const { size } = fstatSync(fd);
  for (let length = FIRST_READ_BYTES; length <= MAX_META_BYTES; length *= 8) {
    const buffer = Buffer.alloc(Math.min(length, size));
    const bytesRead = readSync(fd, buffer, 0, buffer.length, 0);
    const meta = parsePart10Meta(buffer.subarray(0, bytesRead), bytesRead >= size);
    if (meta) return { ...meta, fileBytes: size };
    if (length >= size) break;
  }
  throw new NotPart10("the file meta information has no end");
}
