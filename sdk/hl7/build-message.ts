// Writes messages in HL7 version 2 with the package hl7-standard, which needs to be told where values end.
/// <reference path="./hl7-standard.d.ts" />
import HL7, { type StandardComponents, type StandardField } from "hl7-standard";
import { encodeHl7, type Hl7CharacterSet } from "./character-set.ts";
import { escapeHl7 } from "./escaping.ts";
import { Hl7Problem } from "./problem.ts";
import { ENCODING_CHARACTERS, type Hl7Field, type Hl7Occurrence, type Hl7Segment } from "./segments.ts";

/** The package's own ending, `\r\n`, makes an empty segment of each line feed. */
const OPTIONS = { lineEndings: "\r" };
const NAME = /^[A-Z][A-Z0-9]{2}$/;
/** More than any version of the standard has in a segment. */
const MAX_FIELDS = 500;
/** What an encoded field must not hold: the end of the field, the segment or the frame. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
const ENDS_FIELD = /[|\u0000-\u001f\u007f]/;

/**
 * @param segments MSH comes first; its delimiters are added, and MSH-18 is set for another set than ASCII
 * @returns the message, each segment ended by a carriage return (2.5.1 section 2.6)
 * @throws Hl7Problem when a name, a number or a field is none, or a character is not in the set
 */
export function buildHl7(segments: readonly Hl7Segment[], characterSet: Hl7CharacterSet): Buffer {
  if (segments[0]?.name !== "MSH") throw new Hl7Problem("a message begins with MSH");
  const message = new HL7("", OPTIONS);
  for (const segment of segments) {
    if (!NAME.test(segment.name)) throw new Hl7Problem("the name of a segment is none");
    message.createSegment(segment.name).data = standardFields(segment, characterSet);
  }
  const lines = message.build().split("\r").map(withoutEmptyEnd);
  return encodeHl7(`${lines.join("\r")}\r`, characterSet);
}

function standardFields(
  { name, fields }: Hl7Segment,
  characterSet: Hl7CharacterSet,
): Record<string, StandardField> {
  const isHeader = name === "MSH";
  const all = isHeader && characterSet !== "ASCII" ? { ...fields, 18: characterSet } : fields;
  const first = isHeader ? 3 : 1;
  const last = Math.max(first, ...Object.keys(all).map(Number));
  if (!(last <= MAX_FIELDS)) throw new Hl7Problem(`the number of a field of ${name} is none`);
  const standard: Record<string, StandardField> = isHeader ? { "MSH.2": ENCODING_CHARACTERS } : {};
  for (let number = first; number <= last; number += 1) {
    const place = `${name}.${number}`;
    standard[place] = standardField(place, all[number]);
  }
  return standard;
}

function standardField(place: string, field: Hl7Field): StandardField {
  if (field === undefined) return "";
  if (typeof field === "object" && "encoded" in field) {
    if (!ENDS_FIELD.test(field.encoded)) return field.encoded;
    throw new Hl7Problem(`${place} holds a separator of fields or a control character`);
  }
  if (typeof field === "object" && "repeated" in field) {
    return field.repeated.map((occurrence) => standardComponents(place, occurrence));
  }
  return standardComponents(place, field);
}

/** Always as components, also when there is just one: bare texts in a list come out as repetitions. */
function standardComponents(place: string, occurrence: Hl7Occurrence): StandardComponents {
  const all = typeof occurrence === "string" ? [occurrence] : occurrence;
  // delimiters behind the last value are left out (2.5.1 section 2.6)
  const components = all.slice(0, all.findLastIndex((component) => component.length > 0) + 1);
  if (components.length === 0) return { [`${place}.1`]: "" };
  const entries = components.map((component, index): [string, string | string[]] => {
    const escaped = typeof component === "string" ? escapeHl7(component) : component.map(escapeHl7);
    return [`${place}.${index + 1}`, escaped.length === 0 ? "" : escaped];
  });
  return Object.fromEntries(entries);
}

/** The package ends every field with a separator, the last one too. */
const withoutEmptyEnd = (line: string): string => line.replace(/\|+$/, "");
