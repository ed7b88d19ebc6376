// What a message in HL7 version 2 is made of: segments, fields, repetitions, components, sub-components.

/** A text, or the texts of sub-components. */
export type Hl7Component = string | readonly string[];

/** A text, or components. */
export type Hl7Occurrence = string | readonly Hl7Component[];

/** A field with several occurrences of the same kind. */
export interface Hl7Repeated {
  readonly repeated: readonly Hl7Occurrence[];
}

/** A field whose text is encoded and escaped already; written as it stands. */
export interface Hl7Encoded {
  readonly encoded: string;
}

/** Texts are plain; they are escaped when the message is written. */
export type Hl7Field = Hl7Occurrence | Hl7Repeated | Hl7Encoded | undefined;

export interface Hl7Segment {
  /** Three capital letters or digits: `PID`. */
  readonly name: string;
  /** By number as the standard counts them, from 1; in MSH from 3, since 1 and 2 are the delimiters. */
  readonly fields: Readonly<Record<number, Hl7Field>>;
}

/** The delimiters every message of ours has, MSH-1 and MSH-2. */
export const FIELD_SEPARATOR = "|";
export const ENCODING_CHARACTERS = "^~\\&";

/** The segment with some of its fields replaced. */
export const withFields = (segment: Hl7Segment, fields: Hl7Segment["fields"]): Hl7Segment => ({
  name: segment.name,
  fields: { ...segment.fields, ...fields },
});
