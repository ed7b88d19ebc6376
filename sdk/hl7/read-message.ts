// Reads messages in HL7 version 2 with the package hl7-standard, which leaves escape sequences as they are.
/// <reference path="./hl7-standard.d.ts" />
import HL7, { type StandardComponents, type StandardField, type StandardSegment } from "hl7-standard";
import { decodeHl7 } from "./character-set.ts";
import { unescapeHl7 } from "./escaping.ts";
import { Hl7Problem } from "./problem.ts";
import { ENCODING_CHARACTERS, FIELD_SEPARATOR, type Hl7Segment } from "./segments.ts";

/** Occurrences, components, sub-components; each has at least one. */
export type ReadField = readonly (readonly (readonly string[])[])[];

export interface ReadSegment {
  readonly name: string;
  /** Empty when the segment does not have it. */
  field(number: number): ReadField;
  /** The text of a field or of one of its components, first occurrence; empty when there is none. */
  text(number: number, component?: number): string;
}

export interface Hl7Message {
  readonly segments: readonly ReadSegment[];
  /** The first of this name. */
  segment(name: string): ReadSegment | undefined;
}

const HEAD = `MSH${FIELD_SEPARATOR}${ENCODING_CHARACTERS}`;
const OPTIONS = { lineEndings: "\r" };
const LINE_END = /\r\n|\r|\n/;

/**
 * @param bytes a message whose delimiters are the usual ones; lines may end in any way
 * @throws Hl7Problem when it is no such message
 */
export function readHl7(bytes: Uint8Array): Hl7Message {
  const text = decodeHl7(bytes);
  if (!text.startsWith(HEAD))
    throw new Hl7Problem("the message does not begin with MSH and the usual delimiters");
  const message = new HL7(`${text.split(LINE_END).join("\r")}\r`, OPTIONS);
  try {
    message.transform();
  } catch {
    throw new Hl7Problem("the message has a line that is no segment");
  }
  const segments = Object.values(message.transformed)
    .flat()
    .toSorted((a, b) => a.index - b.index)
    .map(readSegment);
  return { segments, segment: (name) => segments.find((one) => one.name === name) };
}

/**
 * Segments of a text that a site has worded, with fields that are encoded already.
 * @throws Hl7Problem when a line is no segment, or the first one is not MSH with the usual delimiters
 */
export function encodedSegments(text: string): Hl7Segment[] {
  const lines = text.split(LINE_END).filter((line) => line.trim() !== "");
  if (!`${lines[0] ?? ""}|`.startsWith(`${HEAD}|`)) {
    throw new Hl7Problem("the message does not begin with MSH and the usual delimiters");
  }
  return lines.map((line, index) => {
    const [name = "", ...fields] = line.split(FIELD_SEPARATOR);
    if (!/^[A-Z][A-Z0-9]{2}$/.test(name))
      throw new Hl7Problem(`line ${index + 1} of the message is no segment`);
    const first = name === "MSH" ? 2 : 1;
    const numbered = fields.map((encoded, at) => [first + at, { encoded }] as const);
    return { name, fields: Object.fromEntries(numbered.filter(([number]) => name !== "MSH" || number > 2)) };
  });
}

function readSegment({ type, data }: StandardSegment): ReadSegment {
  const field = (number: number): ReadField => {
    const value = data[`${type}.${number}`];
    return value === undefined ? [] : readField(value);
  };
  return {
    name: type,
    field,
    text: (number, component = 1) => field(number)[0]?.[component - 1]?.[0] ?? "",
  };
}

function readField(field: StandardField): ReadField {
  if (typeof field === "string") return [[[unescapeHl7(field)]]];
  if (!Array.isArray(field)) return [readComponents(field)];
  const texts = field.filter((one) => typeof one === "string");
  // a list of bare texts is what the package makes of sub-components
  if (texts.length === field.length) return [[texts.map((one) => unescapeHl7(one))]];
  return field.map((one) => (typeof one === "string" ? [[unescapeHl7(one)]] : readComponents(one)));
}

const readComponents = (components: StandardComponents): string[][] =>
  Object.values(components).map((component) =>
    (typeof component === "string" ? [component] : component).map((one) => unescapeHl7(one)),
  );
