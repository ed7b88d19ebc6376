// The kinds of content items a measurement report is built of (PS3.3 C.17.3.2).
import { type Dataset, decimalString } from "@thalamus/sdk/dicom";
import type { Code } from "./codes.ts";

/** How an item belongs to the one that holds it. */
type Relationship = "CONTAINS" | "HAS CONCEPT MOD" | "HAS OBS CONTEXT";

const item = (relationship: Relationship, type: string, name: Code, value: Dataset): Dataset => ({
  RelationshipType: relationship,
  ValueType: type,
  ConceptNameCodeSequence: [name],
  ...value,
});

export const codeItem = (relationship: Relationship, name: Code, value: Code): Dataset =>
  item(relationship, "CODE", name, { ConceptCodeSequence: [value] });

export const textItem = (relationship: Relationship, name: Code, value: string): Dataset =>
  item(relationship, "TEXT", name, { TextValue: value });

export const uidItem = (relationship: Relationship, name: Code, value: string): Dataset =>
  item(relationship, "UIDREF", name, { UID: value });

/** An image has no concept name here: the library it stands in says what it is for. */
export const imageItem = (reference: Dataset): Dataset => ({
  RelationshipType: "CONTAINS",
  ValueType: "IMAGE",
  ReferencedSOPSequence: [reference],
});

/** @param modifiers items that say how the number was made */
export const numberItem = (
  name: Code,
  value: number,
  unit: Code,
  modifiers: readonly Dataset[] = [],
): Dataset =>
  item("CONTAINS", "NUM", name, {
    MeasuredValueSequence: [
      // The decimal string is rounded to sixteen characters; this is the exact number beside it.
      {
        NumericValue: decimalString(value),
        FloatingPointValue: value,
        MeasurementUnitsCodeSequence: [unit],
      },
    ],
    ContentSequence: modifiers.length > 0 ? modifiers : undefined,
  });

/** A number that the product could not tell; says so instead of a value. @param why PS3.16 CID 42 */
export const missingNumberItem = (name: Code, why: Code, modifiers: readonly Dataset[] = []): Dataset =>
  item("CONTAINS", "NUM", name, {
    MeasuredValueSequence: [],
    NumericValueQualifierCodeSequence: [why],
    ContentSequence: modifiers.length > 0 ? modifiers : undefined,
  });

/** @param template number of the PS3.16 template the container follows, where it is the root of one */
export const containerItem = (name: Code, content: readonly Dataset[], template?: string): Dataset => ({
  RelationshipType: "CONTAINS",
  ...container(name, content, template),
});

/** The root has no relationship to anything. */
export const container = (name: Code, content: readonly Dataset[], template?: string): Dataset => ({
  ValueType: "CONTAINER",
  ConceptNameCodeSequence: [name],
  ContinuityOfContent: "SEPARATE",
  ContentTemplateSequence: template ? [{ MappingResource: "DCMR", TemplateIdentifier: template }] : undefined,
  ContentSequence: content,
});
