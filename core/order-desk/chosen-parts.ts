// Holds the parts a client names against those that are there: all of them, each the one it means.
import { SMALLEST_PART_BYTES } from "@thalamus/sdk/cloud";
import type { ChosenPart, CloudUploadRow } from "../database/entities/cloud-order.ts";
import { refused } from "./refusals.ts";
import type { StoredPart } from "./stores/part-stores.ts";
import { bytesOfPart, partsOf } from "./upload-limits.ts";

/** What a client says of a part. */
export interface NamedPart {
  readonly number: number;
  readonly etag: string;
}

/**
 * @param most bytes that all of them may have together
 * @returns what the archive is made of, in the order of the numbers
 * @throws DeskRefusal `desk.part-missing`, `desk.part-differs`, `desk.too-large`
 */
export function chosenParts(
  upload: CloudUploadRow,
  named: readonly NamedPart[],
  stored: readonly StoredPart[],
  most: number,
): ChosenPart[] {
  const there = new Map(stored.map((part) => [part.number, part]));
  const wanted = bytesOfPart(upload, 1) === undefined && !upload.single ? named.length : partsOf(upload);
  if (wanted === 0 || new Set(named.map(({ number }) => number)).size !== wanted)
    throw refused("desk.part-missing");
  const chosen = named
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, etag }, index): ChosenPart => {
      const part = there.get(number);
      if (!part) throw refused("desk.part-missing");
      if (bare(part.etag) !== bare(etag) || !hasRightSize(upload, part, index === named.length - 1))
        throw refused("desk.part-differs");
      return { number, etag: part.etag, bytes: part.bytes };
    });
  const bytes = chosen.reduce((sum, part) => sum + part.bytes, 0);
  if (bytes > most) throw refused("desk.too-large");
  return chosen;
}

function hasRightSize(upload: CloudUploadRow, { number, bytes }: StoredPart, isLast: boolean): boolean {
  const exact = bytesOfPart(upload, number);
  if (exact !== undefined) return bytes === exact;
  if (bytes > upload.partBytes || bytes === 0) return false;
  // an object store would refuse the whole upload for it
  return upload.storage === "local" || isLast || bytes >= SMALLEST_PART_BYTES;
}

/** Some clients take the quotes of an ETag off (RFC 9110 8.8.3). */
const bare = (etag: string): string => etag.replace(/^W\//, "").replaceAll('"', "");
