// The transfer syntaxes of PS3.6 Annex A that a hub meets: how each is encoded and whether it may lose detail.

/**
 * Whether pixel values may differ from the ones acquired: `never` by construction, `always` by construction,
 * `maybe` when only LossyImageCompression (0028,2110) of the object tells.
 */
export type Lossy = "never" | "always" | "maybe";

/** How the elements of a data set are written (PS3.5 section 7). */
export interface Encoding {
  /** Each element carries its value representation. */
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export interface TransferSyntax extends Encoding {
  readonly uid: string;
  readonly name: string;
  /** PixelData (7FE0,0010) is a sequence of compressed fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
  /** The whole data set is deflated (PS3.5 A.5). */
  readonly deflated: boolean;
  readonly lossy: Lossy;
}

export const IMPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2";
export const EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
export const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99";
export const EXPLICIT_VR_BIG_ENDIAN = "1.2.840.10008.1.2.2";

export const EXPLICIT_LITTLE: Encoding = { explicit: true, littleEndian: true };
export const IMPLICIT_LITTLE: Encoding = { explicit: false, littleEndian: true };

const native = (uid: string, name: string, encoding: Encoding, deflated = false): TransferSyntax => ({
  uid,
  name,
  ...encoding,
  encapsulated: false,
  deflated,
  lossy: "never",
});

const compressed = (uid: string, name: string, lossy: Lossy): TransferSyntax => ({
  uid,
  name,
  ...EXPLICIT_LITTLE,
  encapsulated: true,
  deflated: false,
  lossy,
});

export const TRANSFER_SYNTAXES: readonly TransferSyntax[] = [
  native(IMPLICIT_VR_LITTLE_ENDIAN, "Implicit VR Little Endian", IMPLICIT_LITTLE),
  native(EXPLICIT_VR_LITTLE_ENDIAN, "Explicit VR Little Endian", EXPLICIT_LITTLE),
  native(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, "Deflated Explicit VR Little Endian", EXPLICIT_LITTLE, true),
  native(EXPLICIT_VR_BIG_ENDIAN, "Explicit VR Big Endian", { explicit: true, littleEndian: false }),
  compressed("1.2.840.10008.1.2.4.50", "JPEG Baseline", "always"),
  compressed("1.2.840.10008.1.2.4.51", "JPEG Extended", "always"),
  compressed("1.2.840.10008.1.2.4.57", "JPEG Lossless, Process 14", "never"),
  compressed("1.2.840.10008.1.2.4.70", "JPEG Lossless, Process 14 SV1", "never"),
  compressed("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", "never"),
  compressed("1.2.840.10008.1.2.4.81", "JPEG-LS Near-lossless", "always"),
  compressed("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", "never"),
  compressed("1.2.840.10008.1.2.4.91", "JPEG 2000", "maybe"),
  compressed("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Lossless", "never"),
  compressed("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2", "maybe"),
  compressed("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile", "always"),
  compressed("1.2.840.10008.1.2.4.102", "MPEG-4 AVC High Profile", "always"),
  compressed("1.2.840.10008.1.2.4.103", "MPEG-4 AVC BD-compatible", "always"),
  compressed("1.2.840.10008.1.2.4.107", "HEVC Main Profile", "always"),
  compressed("1.2.840.10008.1.2.4.110", "JPEG XL Lossless", "never"),
  compressed("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", "maybe"),
  compressed("1.2.840.10008.1.2.4.112", "JPEG XL", "maybe"),
  compressed("1.2.840.10008.1.2.4.201", "HTJ2K Lossless", "never"),
  compressed("1.2.840.10008.1.2.4.202", "HTJ2K Lossless RPCL", "never"),
  compressed("1.2.840.10008.1.2.4.203", "HTJ2K", "maybe"),
  compressed("1.2.840.10008.1.2.5", "RLE Lossless", "never"),
  compressed("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", "never"),
];

const byUid = new Map(TRANSFER_SYNTAXES.map((syntax) => [syntax.uid, syntax]));

/** The transfer syntax of a UID, or undefined when the table does not know it. */
export function knownTransferSyntax(uid: string): TransferSyntax | undefined {
  return byUid.get(uid);
}

/**
 * The transfer syntax of a UID. One that is not in the table is taken for a compressed one: all but the
 * native ones above are explicit little endian with fragments (PS3.5 section 10 and Annex A.4).
 */
export function transferSyntaxOf(uid: string): TransferSyntax {
  return byUid.get(uid) ?? compressed(uid, "unknown", "maybe");
}
