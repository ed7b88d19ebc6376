// Samples of colour pictures as red, green and blue of 8 bits (PS3.3 C.7.6.3.1.2, C.7.9).
import type { FileHeader } from "../file-header.ts";
import type { FileSource } from "../file-window.ts";
import { CannotRender } from "./cannot-render.ts";
import type { FrameSamples, Samples } from "./frame-samples.ts";

/** Descriptors and tables of red, green and blue: (0028,1101) to (0028,1103), (0028,1201) to (0028,1203). */
const DESCRIPTORS = [0x00281101, 0x00281102, 0x00281103] as const;
const TABLES = [0x00281201, 0x00281202, 0x00281203] as const;
const LARGEST_TABLE = 65_536 * 2;

/** @returns three bytes for each pixel */
export function rgbOf({ samples, photometric }: FrameSamples, bitsStored: number): Uint8Array {
  const shift = Math.max(0, bitsStored - 8);
  const bytes = samples instanceof Uint8Array && shift === 0 ? samples : reduced(samples, shift);
  return photometric.startsWith("YBR_") ? fromYbr(bytes) : bytes;
}

function reduced(samples: Samples, shift: number): Uint8Array {
  return Uint8Array.from(samples, (value) => value >>> shift);
}

/** YBR_FULL (PS3.3 C.7.6.3.1.2). */
function fromYbr(ybr: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(ybr.length);
  for (let at = 0; at < ybr.length; at += 3) {
    const y = ybr[at]!;
    const blue = ybr[at + 1]! - 128;
    const red = ybr[at + 2]! - 128;
    rgb[at] = y + 1.402 * red;
    rgb[at + 1] = y - 0.344136 * blue - 0.714136 * red;
    rgb[at + 2] = y + 1.772 * blue;
  }
  return new Uint8Array(rgb.buffer);
}

/**
 * PALETTE COLOR: each stored value names a colour of a table.
 * @throws CannotRender when the tables are not there or segmented
 */
export async function paletteColours(
  file: FileSource,
  header: FileHeader,
  { samples }: FrameSamples,
): Promise<Uint8Array> {
  const palettes = await Promise.all([0, 1, 2].map((colour) => readPalette(file, header, colour)));
  const rgb = new Uint8Array(samples.length * 3);
  for (const [colour, { first, values }] of palettes.entries()) {
    const last = values.length - 1;
    for (let at = 0; at < samples.length; at += 1) {
      // values before the first one and behind the last one have their colours
      rgb[3 * at + colour] = values[Math.min(Math.max(samples[at]! - first, 0), last)]!;
    }
  }
  return rgb;
}

async function readPalette(file: FileSource, header: FileHeader, colour: number) {
  const { dataset, transferSyntax } = header;
  const signed = dataset.numbers(0x00280103, "US")[0] === 1;
  const [count = 0, first = 0, bits = 0] = dataset.numbers(DESCRIPTORS[colour]!, "US");
  const entries = count === 0 ? 65_536 : count;
  const bytes = await tableBytes(file, header, TABLES[colour]!);
  const isWide = bits > 8 || bytes.length >= 2 * entries;
  if (bytes.length < (isWide ? 2 : 1) * entries) {
    throw new CannotRender("unsupported", "The palette of the image is not one that the hub shows.");
  }
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { littleEndian } = transferSyntax;
  const shift = bits > 8 ? bits - 8 : 0;
  const values = Uint8Array.from({ length: entries }, (_, index) =>
    isWide ? words.getUint16(2 * index, littleEndian) >>> shift : bytes[index]!,
  );
  return { first: signed && first > 32_767 ? first - 65_536 : first, values };
}

/** One of 65,536 entries is longer than what a header keeps. */
async function tableBytes(file: FileSource, header: FileHeader, tag: number): Promise<Uint8Array> {
  const kept = header.dataset.bytes(tag);
  const far = header.passedBy.find((one) => one.tag === tag);
  if (kept || !far || far.length > LARGEST_TABLE) return kept ?? new Uint8Array();
  const bytes = Buffer.allocUnsafe(far.length);
  await file.read(bytes, far.at);
  return bytes;
}
