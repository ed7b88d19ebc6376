// What the proof found wrong: kinds and places, never a value.
import type { ValueKind } from "./identifying-elements.ts";

export type FindingKind =
  /** A value of the source is in the copy. */
  | "value-survives"
  /** An element that should have been changed has the value it had. */
  | "value-in-place"
  /** A name that is not the pseudonym. */
  | "name-in-place"
  /** Text in a private element whose creator is not known to be safe. */
  | "private-text"
  /** PatientIdentityRemoved (0012,0062) is not YES. */
  | "not-marked"
  /** A PatientAge (0010,1010) above 90 years. */
  | "age-above-90"
  /** Overlay or curve elements. */
  | "overlay-or-curve"
  /** An element that neither the source has nor de-identification adds. */
  | "element-added"
  /** Preamble or file meta information with more than is needed. */
  | "file-meta"
  | "transfer-syntax-differs"
  | "image-description-differs"
  | "pixels-differ"
  /** A mask was ordered and nothing was masked. */
  | "pixels-not-masked"
  /** Of a NIfTI study: text or unknown bytes in the header of an image, or around its voxels. */
  | "image-header"
  /** A gradient table with other numbers than its source, or with more than numbers. */
  | "table-differs"
  /** A field of a sidecar that may be in no copy. */
  | "field-identifies"
  /** A file cannot be read to its end. */
  | "unreadable";

export interface Finding {
  readonly kind: FindingKind;
  /** Path of the element in the copy, `(0008,1140)[0].(0008,1155)`, or `byte 1234` of it. */
  readonly place: string;
  /** Of a value: what it gives away, and where it stands in the source. */
  readonly gives?: ValueKind;
  readonly source?: string;
}

/** One line for a person or a log. */
export function findingText({ kind, place, gives, source }: Finding): string {
  const from = gives === undefined ? "" : `: ${gives}${source === undefined ? "" : ` of ${source}`}`;
  return `${kind} at ${place}${from}`;
}
