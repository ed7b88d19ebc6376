// How archives are cut into parts, and what a part may be.
import { LARGEST_UPLOAD_BYTES, MOST_PARTS, SINGLE_PUT_BYTES } from "@thalamus/sdk/cloud";
import type { UploadSettings } from "../config/upload-settings.ts";
import type { CloudUploadRow } from "../database/entities/cloud-order.ts";

const MEBIBYTE = 2 ** 20;
/** A part takes seconds on a slow line and is no burden to send again. */
const USUAL_PART_BYTES = 16 * MEBIBYTE;
/** What object stores take; clients of generation 1 number their parts through all archives of an order. */
export const HIGHEST_PART_NUMBER = 10_000;

/** Of all archives of an order together, in bytes. */
export const largestOrder = ({ largestMegabytes }: Pick<UploadSettings, "largestMegabytes">): number =>
  Math.min(LARGEST_UPLOAD_BYTES, largestMegabytes * 1_000_000);

type Cut = Pick<CloudUploadRow, "bytes" | "single" | "partBytes">;

/** @param bytes of the archive, where it is known */
export function partBytesFor(bytes: number | undefined, single: boolean): number {
  if (single) return SINGLE_PUT_BYTES - 1;
  if (bytes === undefined) return LARGEST_UPLOAD_BYTES;
  const fewest = Math.ceil(bytes / MOST_PARTS);
  return Math.max(USUAL_PART_BYTES, Math.ceil(fewest / MEBIBYTE) * MEBIBYTE);
}

const isUnknown = (bytes: number | null | undefined): bytes is null | undefined =>
  bytes === null || bytes === undefined;

/** The highest number of a part. */
export function partsOf({ bytes, single, partBytes }: Cut): number {
  if (single) return 1;
  return isUnknown(bytes) ? HIGHEST_PART_NUMBER : Math.ceil(bytes / partBytes);
}

/** What a part must have, where the size of the archive is known. */
export function bytesOfPart(upload: Cut, number: number): number | undefined {
  const { bytes, partBytes } = upload;
  if (isUnknown(bytes)) return undefined;
  return number < partsOf(upload) ? partBytes : bytes - (partsOf(upload) - 1) * partBytes;
}
