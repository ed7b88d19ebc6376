// Addresses under which instances and parts of them can be retrieved.
import type { ArchivedInstance } from "@thalamus/sdk";
import { hexTag } from "@thalamus/sdk/dicom/dictionary";

type Place = Pick<ArchivedInstance, "studyInstanceUid" | "seriesInstanceUid" | "sopInstanceUid">;

/** @param baseUrl address of the service */
export function instanceUrl(baseUrl: string, place: Place): string {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = place;
  return `${baseUrl}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
}

/** @param address tag, item from 1 on, tag… */
export function bulkDataUrl(baseUrl: string, place: Place, address: readonly number[]): string {
  const parts = address.map((part, index) => (index % 2 === 0 ? hexTag(part) : String(part)));
  return `${instanceUrl(baseUrl, place)}/bulkdata/${parts.join(".")}`;
}
