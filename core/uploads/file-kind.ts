// Tells by its first bytes, and only where they say nothing by its name, what a file of an upload is.
import { isGzip, isTarHeader } from "./archive-kind.ts";
import { looksLikeDicom } from "./dicom-head.ts";
import { isNifti } from "./nifti-image.ts";

export type FileKind = "dicom" | "nifti" | "bval" | "bvec" | "json" | "archive" | "empty" | "unknown";

/** So many first bytes are enough. */
export const SNIFFED_BYTES = 512;

const ARCHIVE_NAME = /\.(zip|tar|tgz|gz|7z|rar|bz2|xz|zst)$/i;
const NIFTI_NAME = /\.nii(\.gz)?$/i;
/** First bytes of ZIP, 7z, RAR, bzip2, xz and Zstandard files. */
const ARCHIVE_STARTS = ["504b0304", "504b0506", "377abcaf", "52617221", "425a68", "fd377a58", "28b52ffd"];

/** @param head the first 512 bytes, or all of a shorter file */
export function fileKind(path: string, head: Buffer): FileKind {
  if (head.length === 0) return "empty";
  if (NIFTI_NAME.test(path) || isNifti(head)) return "nifti";
  if (looksLikeDicom(head)) return "dicom";
  if (/\.bvals?$/i.test(path)) return "bval";
  if (/\.bvecs?$/i.test(path)) return "bvec";
  if (/\.json$/i.test(path)) return "json";
  const start = head.toString("hex", 0, 4);
  const packed = ARCHIVE_STARTS.some((one) => start.startsWith(one)) || isGzip(head) || isTarHeader(head);
  return packed || ARCHIVE_NAME.test(path) ? "archive" : "unknown";
}

/** What the files of one image have in common: path without ending, in lower case. */
export const baseOf = (path: string): string => path.toLowerCase().replace(/\.(nii\.gz|[a-z]+)$/, "");
