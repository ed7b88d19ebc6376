// Looks for canaries in a file as anybody could: in its bytes, in UTF-16, inflated, and as dcmtk shows it.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { runTool } from "@thalamus/sdk/testing";
import type { Canary } from "./canary-elements.ts";

/** All ways to read a file, in small letters. */
export interface Readings {
  readonly bytes: readonly Buffer[];
  readonly texts: readonly string[];
}

const DEFLATED = Buffer.from("1.2.840.10008.1.2.1.99");

export function readingsOf(path: string, withDump: boolean): Readings {
  const content = readFileSync(path);
  const parts = content.subarray(0, 512).includes(DEFLATED) ? [content, inflated(content)] : [content];
  const texts = parts.map((part) => part.toString("latin1").toLowerCase());
  if (withDump) {
    texts.push(runTool("dcmdump", "-q", "+L", "+U8", path).output.toLowerCase());
    texts.push(runTool("dcmdump", "-q", "+L", path).output.toLowerCase());
  }
  return { bytes: parts, texts };
}

/** The data set begins after group 0002, whose length is its first element (PS3.10 7.1). */
function inflated(content: Buffer): Buffer {
  const start = 144 + content.readUInt32LE(140);
  return inflateRawSync(content.subarray(start));
}

/** The canaries that are there, by name and place: never an empty list because nothing was looked at. */
export function survivors(canaries: readonly Canary[], { bytes, texts }: Readings): string[] {
  return canaries
    .filter(({ needle }) => isThere(needle, bytes, texts))
    .map(({ name, place }) => `${name} in ${place}`);
}

function isThere(needle: string, bytes: readonly Buffer[], texts: readonly string[]): boolean {
  const small = needle.toLowerCase();
  if (texts.some((text) => text.includes(small))) return true;
  const forms = [needle, needle.toUpperCase(), small].flatMap((text) => {
    const wide = Buffer.from(text, "utf16le");
    return [Buffer.from(text, "utf8"), wide, Buffer.from(wide).swap16()];
  });
  return bytes.some((part) => forms.some((form) => part.includes(form)));
}
