// Gives the pixel data of a file with a mask applied, piece by piece, in the transfer syntax it has.
import {
  type ByteRange,
  type FileHeader,
  type FileSource,
  findFrames,
  MalformedDataset,
  type PixelDataPlace,
  Tag,
  TruncatedDataset,
} from "@thalamus/sdk/dicom";
import { Permanent } from "@thalamus/sdk/errors";
import { type PixelMask, whyUnmaskable } from "./mask-plan.ts";
import { maskedFragments } from "./masked-fragments.ts";
import { maskedNativeBytes } from "./masked-native-bytes.ts";
import { type PixelLayout, pixelLayoutOf, unclaimedBytes } from "./pixel-layout.ts";

export interface MaskedPixelData {
  /**
   * Length of the value for the head of the element, even; undefined when it is written in fragments, with undefined
   * length. Tag, value representation and transfer syntax stay as they are.
   */
  readonly length: number | undefined;
  /**
   * What follows the head of the element, in pieces that are overwritten when the next one is asked for: write or copy
   * each at once. Of fragments it has the offset table (empty), one item for each frame, and the sequence delimiter.
   * @throws Permanent `deid-safeharbor.mask-failed`, also amid; the signal's reason when it is aborted
   */
  bytes(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/**
 * Opens the pixel data for a verdict of kind `mask`; the caller writes the head of the element with the source's tag and
 * value representation and `length`, then `bytes`, and goes on behind the source's pixel data.
 *
 * Beside that the caller leaves out offset tables, ExtendedOffsetTable (7FE0,0001) and its kin, sets BurnedInAnnotation
 * (0028,0301) to NO when there were regions, and adds 113101 "Clean Pixel Data Option" (PS3.15 E.3.1) to
 * DeidentificationMethodCodeSequence (0012,0064). Everything else about the picture stays true: its size, frames, colours,
 * transfer syntax, and what LossyImageCompression (0028,2110) tells of its past.
 *
 * Memory: of uncompressed pixels 256 KB at a time; of compressed ones a frame, four times.
 * @param place as `findPixelData` gives it
 * @throws Permanent `deid-safeharbor.mask-failed` when these pixels cannot be masked
 */
export async function openMaskedPixelData(
  file: FileSource,
  header: FileHeader,
  place: PixelDataPlace,
  mask: PixelMask,
): Promise<MaskedPixelData> {
  const layout = layoutFor(header, place, mask);
  if (!place.encapsulated) {
    const total = layout.frameBytes * layout.frames;
    const { from, to } = place.value;
    if (to - from < total) throw failed("The pixel data is shorter than its frames");
    // Frames would be lost, or lie elsewhere than the regions are.
    if (unclaimedBytes(layout, to - from) > 0) throw failed("The pixel data is longer than its frames");
    return {
      length: total + (total % 2),
      bytes: (signal) => maskedNativeBytes(file, place, layout, mask, signal),
    };
  }
  const frames = await framesOf(file, header, place, layout);
  return {
    length: undefined,
    bytes: (signal) => maskedFragments(file, frames, header.transferSyntax.uid, layout, mask, signal),
  };
}

function layoutFor(header: FileHeader, place: PixelDataPlace, mask: PixelMask): PixelLayout {
  const layout = pixelLayoutOf(header.dataset);
  if ("reason" in layout) throw failed(`The pixels cannot be masked: ${layout.reason}`);
  const reason = place.tag === Tag.PixelData ? whyUnmaskable(header) : "they are floating point numbers";
  if (reason) throw failed(`The pixels cannot be masked: ${reason}`);
  const { rows, columns } = layout;
  const inside = mask.regions.every(({ x, y, width, height }) => x + width <= columns && y + height <= rows);
  if (!inside) throw failed(`A region reaches outside of ${columns} x ${rows} pixels`);
  return layout;
}

type Frames = readonly (readonly ByteRange[])[];

async function framesOf(
  file: FileSource,
  header: FileHeader,
  place: PixelDataPlace,
  layout: PixelLayout,
): Promise<Frames> {
  try {
    const frames = await findFrames(file, header, place);
    if (frames?.length === layout.frames) return frames;
  } catch (error) {
    if (!(error instanceof MalformedDataset || error instanceof TruncatedDataset)) throw error;
  }
  throw failed("The frames of the pixel data cannot be told apart");
}

const failed = (message: string): Permanent => new Permanent("deid-safeharbor.mask-failed", message);
