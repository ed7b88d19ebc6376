// What the checks go by whatever the rule set says, as data.

/** SOP classes of an MR series (PS3.4 B.5). */
export const MR_IMAGE_CLASSES: ReadonlySet<string> = new Set([
  // MR Image Storage
  "1.2.840.10008.5.1.4.1.1.4",
  // Enhanced MR Image Storage
  "1.2.840.10008.5.1.4.1.1.4.1",
  // Legacy Converted Enhanced MR Image Storage
  "1.2.840.10008.5.1.4.1.1.4.4",
]);

/** Images of one series may differ by this much and still be one geometry. */
export const GEOMETRY_TOLERANCE = {
  /** mm */
  pixelSpacing: 0.01,
  /** Of each direction cosine. */
  orientation: 0.001,
} as const;

/** Transfer syntaxes the processing takes (input specification). */
export const ACCEPTED_TRANSFER_SYNTAXES: ReadonlySet<string> = new Set([
  "1.2.840.10008.1.2",
  "1.2.840.10008.1.2.1",
  "1.2.840.10008.1.2.2",
  "1.2.840.10008.1.2.1.99",
  "1.2.840.10008.1.2.4.70",
  "1.2.840.10008.1.2.4.80",
  "1.2.840.10008.1.2.4.90",
  // may be lossy or not: only LossyImageCompression (0028,2110) tells
  "1.2.840.10008.1.2.4.91",
  "1.2.840.10008.1.2.5",
]);
