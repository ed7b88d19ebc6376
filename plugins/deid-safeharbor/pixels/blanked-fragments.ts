// Hands compressed pixel data on as it is, with blanks where text stands inside of its streams.
import {
  type ByteRange,
  type FileHeader,
  type FileSource,
  findFrames,
  type PixelDataPlace,
} from "@thalamus/sdk/dicom";
import type { MaskedPixelData } from "./masked-pixel-data.ts";
import { mayHoldText, textInStream } from "./stream-text.ts";

const WINDOW_BYTES = 256 * 1024;
const DELIMITER_BYTES = 8;
const BLANK = 0x20;

export type StreamText =
  | { readonly kind: "none" }
  /** Not readable by the rules of its syntax, so nobody can tell. */
  | { readonly kind: "unknown" }
  | { readonly kind: "blanked"; readonly pixels: MaskedPixelData };

/**
 * Looks into every frame, before its samples only. Blanks change no sample and no length.
 * @throws MalformedDataset or TruncatedDataset when the fragments cannot be followed
 */
export async function blankStreamText(
  file: FileSource,
  header: FileHeader,
  place: PixelDataPlace,
): Promise<StreamText> {
  const { uid } = header.transferSyntax;
  if (!place.encapsulated || !mayHoldText(uid)) return { kind: "none" };
  const frames = await findFrames(file, header, place);
  if (!frames) return { kind: "unknown" };
  const texts: ByteRange[] = [];
  for (const frame of frames) {
    const found = await textInStream(file, frame, uid);
    if (!found) return { kind: "unknown" };
    texts.push(...found);
  }
  if (texts.length === 0) return { kind: "none" };
  const value = { from: place.value.from, to: frames.at(-1)!.at(-1)!.to + DELIMITER_BYTES };
  const bytes = (signal: AbortSignal) => blanked(file, value, texts, signal);
  return { kind: "blanked", pixels: { length: undefined, bytes } };
}

async function* blanked(
  file: FileSource,
  { from, to }: ByteRange,
  texts: readonly ByteRange[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(Math.min(WINDOW_BYTES, to - from));
  for (let at = from; at < to; at += buffer.length) {
    signal.throwIfAborted();
    const window = buffer.subarray(
      0,
      await file.read(buffer.subarray(0, Math.min(buffer.length, to - at)), at),
    );
    for (const text of texts) {
      const [first, last] = [Math.max(text.from - at, 0), Math.min(text.to - at, window.length)];
      if (first < last) window.fill(BLANK, first, last);
    }
    yield window;
  }
}
