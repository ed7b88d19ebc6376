// Why a data set cannot be read; messages name tags and offsets, never values.

/** The bytes ended inside an element, an item or a sequence, or nothing came at all. */
export class TruncatedDataset extends Error {
  override readonly name = "TruncatedDataset";
}

/** The bytes cannot be a data set in the transfer syntax that was announced, or they pass a limit. */
export class MalformedDataset extends Error {
  override readonly name = "MalformedDataset";
}

/** `(0010,0020)`: the way people write a tag. */
export function formatTag(tag: number): string {
  const digits = tag.toString(16).padStart(8, "0");
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}
