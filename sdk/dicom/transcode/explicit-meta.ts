// The file meta information of an object that is written anew in Explicit VR Little Endian (PS3.10 7.1).
import type { DatasetView } from "../dataset-view.ts";
import { elementHead } from "../dataset-writer.ts";
import { Tag } from "../tags.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../transfer-syntaxes.ts";

const PREAMBLE_BYTES = 128;

/** Everything stays but the transfer syntax, the length of the group and the preamble, which is empty. */
export function explicitMeta(meta: DatasetView): Buffer {
  const syntax = Buffer.from(`${EXPLICIT_VR_LITTLE_ENDIAN}\0`, "latin1");
  const elements = meta.elements().filter(({ tag }) => tag !== Tag.FileMetaInformationGroupLength);
  const content = elements.flatMap(({ tag, vr, value }) => {
    const bytes = tag === Tag.TransferSyntaxUID ? syntax : value;
    return [elementHead(tag, vr, bytes.length), bytes];
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.reduce((sum, part) => sum + part.length, 0));
  const start = Buffer.alloc(PREAMBLE_BYTES + 4);
  start.write("DICM", PREAMBLE_BYTES, "latin1");
  return Buffer.concat([start, elementHead(Tag.FileMetaInformationGroupLength, "UL", 4), length, ...content]);
}
