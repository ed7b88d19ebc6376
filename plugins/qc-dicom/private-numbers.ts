// Reads the numbers of a private attribute, whichever of its creators reserved the block.
import type { DatasetView } from "@thalamus/sdk/dicom";
import type { PrivateAttribute } from "./vendor-attributes.ts";

/** @returns empty when it is absent or unreadable */
export function privateNumbers(
  { group, creators, low, vr }: PrivateAttribute,
  dataset: DatasetView,
): number[] {
  for (const creator of creators) {
    const tag = dataset.privateTag(group, creator, low);
    if (tag !== undefined) return dataset.numbers(tag, vr);
  }
  return [];
}
