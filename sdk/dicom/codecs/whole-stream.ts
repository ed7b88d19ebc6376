// Looks whether a compressed frame is whole and of its size; decoders fill up what is missing and do not say so.
import type { CodecName } from "./codec-of-syntax.ts";
import type { FrameShape } from "./frame-shape.ts";

const END_OF_IMAGE = [0xff, 0xd9] as const;
/** SOC, SIZ (ISO/IEC 15444-1 A.4.1, A.5.1), then Lsiz, Rsiz and the extents. */
const CODESTREAM = 0xff4fff51;
const EXTENTS_AT = 8;
const SIZ_BYTES = 24;

/** @returns what is wrong, as a clause after "a frame"; undefined when nothing is */
export function whyNotWhole(codec: CodecName, stream: Uint8Array, shape: FrameShape): string | undefined {
  if (codec === "Jpeg" || codec === "JpegLs") {
    return endsWithImage(stream) ? undefined : "ends early";
  }
  if (codec === "Rle" || stream.length < SIZ_BYTES) return undefined;
  const view = new DataView(stream.buffer, stream.byteOffset, SIZ_BYTES);
  if (view.getUint32(0) !== CODESTREAM) return undefined;
  const [right, bottom, left, top] = [0, 4, 8, 12].map((at) => view.getUint32(EXTENTS_AT + at));
  const isOfSize = right! - left! === shape.columns && bottom! - top! === shape.rows;
  return isOfSize ? undefined : "is not of the size that its header tells";
}

/** Before the byte that makes the length even; writers fill up with more of them. */
function endsWithImage(stream: Uint8Array): boolean {
  let end = stream.length;
  while (end > 0 && stream[end - 1] === 0) end -= 1;
  return stream[end - 2] === END_OF_IMAGE[0] && stream[end - 1] === END_OF_IMAGE[1];
}
