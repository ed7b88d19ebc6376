// Transcodes files for tests and reads what came out: every element, and the pixels.
import { readFileSync, writeFileSync } from "node:fs";
import { locateElement, readItems, type ViewedElement } from "../../dataset-view.ts";
import { type FileHeader, readFileHeader, readHeader } from "../../file-header.ts";
import type { FileSource } from "../../file-window.ts";
import { findPixelData } from "../../pixel-data-place.ts";
import { EXPLICIT_LITTLE } from "../../transfer-syntaxes.ts";
import { explicitFile } from "../explicit-file.ts";

/** A file in memory that counts how much of it is asked for at once. */
export function sourceOf(bytes: Uint8Array): FileSource & { largestRead: number } {
  const source = {
    size: bytes.length,
    largestRead: 0,
    read: async (into: Uint8Array, at: number) => {
      source.largestRead = Math.max(source.largestRead, into.length);
      const piece = bytes.subarray(at, at + into.length);
      into.set(piece);
      return piece.length;
    },
  };
  return source;
}

export async function transcoded(bytes: Uint8Array, signal = new AbortController().signal): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of explicitFile(sourceOf(bytes), signal)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

export async function transcodeFile(source: string, target: string): Promise<void> {
  writeFileSync(target, await transcoded(readFileSync(source)));
}

/** The value of uncompressed pixel data. */
export async function pixelsOf(file: Uint8Array): Promise<Buffer> {
  const source = sourceOf(file);
  const place = await findPixelData(source, await readHeader(source));
  if (!place || place.encapsulated) throw new Error("no uncompressed pixel data");
  return Buffer.from(file.subarray(place.value.from, place.value.to));
}

export const headerOf = (path: string): Promise<FileHeader> => readFileHeader(path);

/**
 * All elements of a file in Explicit VR Little Endian as lines of tag, value representation and value in hex; an item
 * begins with its number. Lengths do not stand in it, nor whether they were defined.
 * @param skip tags that are left out
 */
export async function elementLines(file: Buffer, skip: ReadonlySet<number> = new Set()): Promise<string[]> {
  const { dataset, end } = await readHeader(sourceOf(file));
  const tail: ViewedElement[] = [];
  for (let at = end; at < file.length; ) {
    const { element, end: next } = locateElement(file, at, EXPLICIT_LITTLE);
    tail.push(element);
    at = next;
  }
  return linesOf([...dataset.elements(), ...tail], "", skip);
}

function linesOf(elements: readonly ViewedElement[], indent: string, skip: ReadonlySet<number>): string[] {
  return elements
    .filter(({ tag }) => !skip.has(tag) && (tag & 0xffff) !== 0)
    .flatMap((element) => {
      const head = `${indent}${element.tag.toString(16).padStart(8, "0")} ${element.vr}`;
      if (!element.sequence) return [`${head} ${Buffer.from(element.value).toString("hex")}`];
      const items = readItems(element).flatMap((item, index) => [
        `${indent} ${index}`,
        ...linesOf(item.elements(), `${indent}  `, skip),
      ]);
      return [head, ...items];
    });
}
