// What must be true of a copied image: the voxels and the geometry of its source, and no byte that could say more.
import type { Finding } from "../proof/finding.ts";
import { gzipHeadOf, HEAD_BYTES, type ReadImage, TEXT_FIELDS } from "./image-reader.ts";

const VOXEL_OFFSET_AT = 108;
const REGULAR_AT = 38;

/** @param path of the copy */
export function checkImage(path: string, source: ReadImage, copy: ReadImage): Finding[] {
  const findings: Finding[] = [];
  const found = (kind: Finding["kind"], place: string) => findings.push({ kind, place });
  for (const [name, at, bytes] of TEXT_FIELDS) {
    if (copy.head.subarray(at, at + bytes).some((byte) => byte !== 0)) found("image-header", name);
  }
  if (!isSameGeometry(source.head, copy.head)) found("image-description-differs", "the header");
  if (![0, 0x72].includes(copy.head[REGULAR_AT]!)) found("image-header", "regular");
  if (copy.head.subarray(348, HEAD_BYTES).some((byte) => byte !== 0)) found("image-header", "extension");
  const isBare = copy.voxelsAt === HEAD_BYTES && copy.bytes === HEAD_BYTES + copy.voxelBytes;
  if (!isBare) found("image-header", "bytes around the voxels");
  const isSame = copy.voxelBytes === source.voxelBytes && copy.voxelSha256 === source.voxelSha256;
  if (!isSame) found("pixels-differ", "the voxels");
  const packed = gzipHeadOf(path);
  const isSilent = packed === undefined || (packed[3] === 0 && packed.readUInt32LE(4) === 0);
  if (!isSilent) found("image-header", "the gzip header");
  return findings;
}

/** All that is no text and not the place of the voxels. */
function isSameGeometry(source: Buffer, copy: Buffer): boolean {
  const [before, after] = [Buffer.from(source.subarray(0, 348)), Buffer.from(copy.subarray(0, 348))];
  for (const [, at, bytes] of [...TEXT_FIELDS, ["", VOXEL_OFFSET_AT, 4], ["", REGULAR_AT, 1]] as const) {
    before.fill(0, at, at + bytes);
    after.fill(0, at, at + bytes);
  }
  return before.equals(after);
}
