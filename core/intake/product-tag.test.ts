// What a value of the chosen element stands for: a name, several, something of the mapping, or nothing known.
import { encodeDataset } from "@thalamus/sdk/dicom";
import { expect, test } from "vitest";
import { ProductTag } from "./product-tag.ts";
import { headerOf, headerWalker } from "./study-header.ts";

const EXPLICIT_LITTLE = "1.2.840.10008.1.2.1";
const KNOWN = ["dti-metrics", "brain-volumes", "spine"];
const VALUES = { NEURO: ["dti-metrics", "brain-volumes"], Größe: ["spine"] };

function choiceOf(value: string, values: Record<string, string[]> = VALUES) {
  const tag = new ProductTag({ tag: "0008,1030", values }, KNOWN);
  const walker = headerWalker(EXPLICIT_LITTLE, tag);
  walker.feed(encodeDataset({ SpecificCharacterSet: "ISO_IR 192", StudyDescription: value }));
  walker.end();
  return headerOf(walker, tag).chosen;
}

test.each([
  ["one name", "spine", ["spine"]],
  ["a name in capital letters, as CS has it", "SPINE", ["spine"]],
  ["several values", "spine\\dti-metrics", ["spine", "dti-metrics"]],
  ["several names in one value", "spine, dti-metrics", ["spine", "dti-metrics"]],
  ["a value of the mapping", "NEURO", ["dti-metrics", "brain-volumes"]],
  ["the same product twice", "NEURO\\dti-metrics", ["dti-metrics", "brain-volumes"]],
  ["letters beyond ASCII", "größe", ["spine"]],
])("A-140 %s", (_what, value, products) => {
  expect(choiceOf(value)).toEqual({ products, unknown: false });
});

test("A-140 a value that is not known chooses nothing; what is known beside it counts", () => {
  expect(choiceOf("LIVER")).toEqual({ products: [], unknown: true });
  expect(choiceOf("LIVER\\spine")).toEqual({ products: ["spine"], unknown: true });
});

test("A-140 the mapping wins over a product of that name", () => {
  expect(choiceOf("spine", { spine: ["dti-metrics"] })).toEqual({
    products: ["dti-metrics"],
    unknown: false,
  });
});

test("A-140 an empty or absent element chooses nothing, and is not unknown either", () => {
  expect(choiceOf("")).toBeUndefined();
  expect(choiceOf(" \\ ")).toBeUndefined();
});
