// Makes pictures for tests: known pixels, any arrangement of samples, as files that dcmtk reads.
import { writeFileSync } from "node:fs";
import { type Dataset, encodeFile } from "../dicom/index.ts";
import { runTool } from "./real-data.ts";

export interface TestPicture {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: 1 | 3;
  readonly bitsAllocated: 8 | 16 | 32;
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly photometric: string;
  readonly planar: boolean;
}

export const GREY_16: TestPicture = {
  ...{ rows: 40, columns: 52, frames: 3, samples: 1, bitsAllocated: 16, bitsStored: 12 },
  ...{ signed: false, photometric: "MONOCHROME2", planar: false },
};

/** Multi-frame True Color Secondary Capture Image Storage */
const MULTI_FRAME_CAPTURE = "1.2.840.10008.5.1.4.1.1.7.4";

/** Writes the picture as a multi-frame secondary capture in Explicit VR Little Endian. */
export function writeTestPicture(
  path: string,
  picture: TestPicture,
  more: Dataset = {},
  sopClassUid = MULTI_FRAME_CAPTURE,
): void {
  const { rows, columns, frames, samples, bitsAllocated, bitsStored, signed, photometric } = picture;
  const file = encodeFile({
    StudyInstanceUID: "1.2.826.0.1.3680043.2.1143.2",
    SeriesInstanceUID: "1.2.826.0.1.3680043.2.1143.3",
    Modality: "OT",
    SamplesPerPixel: samples,
    PhotometricInterpretation: photometric,
    ...(frames > 1 ? { NumberOfFrames: frames } : {}),
    Rows: rows,
    Columns: columns,
    BitsAllocated: bitsAllocated,
    BitsStored: bitsStored,
    HighBit: bitsStored - 1,
    PixelRepresentation: signed ? 1 : 0,
    PixelData: pixelsFor(picture),
    ...more,
    SOPClassUID: sopClassUid,
    SOPInstanceUID: "1.2.826.0.1.3680043.2.1143.1",
  });
  writeFileSync(path, file);
  if (samples === 3) dcmodify(path, "-i", `(0028,0006)=${picture.planar ? 1 : 0}`);
}

/** Changes elements that the writer of the SDK does not know, with dcmtk. */
export function dcmodify(path: string, ...changes: string[]): void {
  const { status, output } = runTool("dcmodify", "-nb", ...changes, path);
  if (status !== 0) throw new Error(output);
}

/** Waves and noise, so that every codec has something to do; all values are in use. */
function pixelsFor(picture: TestPicture): Buffer {
  const { rows, columns, frames, samples, bitsAllocated, bitsStored, signed } = picture;
  const bytes = bitsAllocated / 8;
  const count = rows * columns * frames * samples;
  const pixels = Buffer.alloc(count * bytes + ((count * bytes) % 2));
  const top = 2 ** bitsStored;
  let noise = 12_345;
  for (let at = 0; at < count; at += 1) {
    noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
    const wave = Math.floor((Math.sin(at / 23) + 1) * 0.4 * top) + (noise >>> 16) * (top / 2 ** 18);
    const value = Math.min(top - 1, Math.floor(wave) + 1);
    if (signed) pixels.writeIntLE(value - top / 2, at * bytes, bytes);
    else pixels.writeUIntLE(value, at * bytes, bytes);
  }
  return pixels;
}

/** One sample of little-endian pixels, found by its place in the picture and not by runs of bytes. */
export function sampleAt(
  pixels: Buffer,
  picture: TestPicture,
  place: { frame: number; x: number; y: number; sample: number },
): number {
  const { rows, columns, samples, bitsAllocated, signed, planar } = picture;
  const bytes = bitsAllocated / 8;
  const pixel = place.y * columns + place.x;
  const inFrame = planar ? place.sample * rows * columns + pixel : pixel * samples + place.sample;
  const at = (place.frame * rows * columns * samples + inFrame) * bytes;
  return signed ? pixels.readIntLE(at, bytes) : pixels.readUIntLE(at, bytes);
}
