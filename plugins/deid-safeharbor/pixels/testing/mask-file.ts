// Writes a masked copy of a file for tests, and reads uncompressed pixels back; all but the pixels stays as it is.
import { open, writeFile } from "node:fs/promises";
import {
  type FileHeader,
  type FileSource,
  findPixelData,
  type PixelDataPlace,
  readHeader,
} from "@thalamus/sdk/dicom";
import type { PixelMask } from "../mask-plan.ts";
import { openMaskedPixelData } from "../masked-pixel-data.ts";

export interface OpenedFile {
  readonly bytes: FileSource;
  readonly header: FileHeader;
  readonly place: PixelDataPlace;
}

/** Opens a file that has pixels, for the time of a call. */
export async function withPixels<T>(path: string, work: (file: OpenedFile) => Promise<T>): Promise<T> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const read = async (into: Uint8Array, at: number) => (await file.read(into, 0, into.length, at)).bytesRead;
  const bytes = { size, read };
  const header = await readHeader(bytes);
  const place = await findPixelData(bytes, header);
  if (!place) throw new Error(`no pixel data in ${path}`);
  return await work({ bytes, header, place });
}

/** What precedes, the head, the masked value, and what follows; behind fragments nothing may follow. */
export async function maskFile(source: string, target: string, mask: PixelMask): Promise<void> {
  const parts = await withPixels(source, async ({ bytes, header, place }) => {
    const masked = await openMaskedPixelData(bytes, header, place, mask);
    const pieces = [await readRange(bytes, 0, place.value.from)];
    if (masked.length !== undefined) writeLength(pieces[0]!, masked.length, place);
    for await (const piece of masked.bytes(AbortSignal.timeout(60_000))) pieces.push(Buffer.from(piece));
    if (!place.encapsulated) pieces.push(await readRange(bytes, place.value.to, bytes.size));
    return pieces;
  });
  await writeFile(target, Buffer.concat(parts));
}

/** The length stands in the last four bytes of the head. */
function writeLength(head: Buffer, length: number, { encoding }: PixelDataPlace): void {
  if (encoding.littleEndian) head.writeUInt32LE(length, head.length - 4);
  else head.writeUInt32BE(length, head.length - 4);
}

/** The value of uncompressed pixel data. */
export function pixelsOf(path: string): Promise<Buffer> {
  return withPixels(path, ({ bytes, place }) => {
    if (place.encapsulated) throw new Error(`${path} is compressed`);
    return readRange(bytes, place.value.from, place.value.to);
  });
}

async function readRange(bytes: FileSource, from: number, to: number): Promise<Buffer> {
  const range = Buffer.alloc(to - from);
  await bytes.read(range, from);
  return range;
}
