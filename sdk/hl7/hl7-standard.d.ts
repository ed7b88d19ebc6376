// Types of the package hl7-standard 1.0.4, which brings none; only what is used here.
declare module "hl7-standard" {
  /** A component: a text, or the texts of its sub-components. By its place, as `PID.5.1`. */
  export type StandardComponents = Record<string, string | string[]>;
  /** A field: a text, components, one set of components for each repetition, or sub-components of a bare field. */
  export type StandardField = string | StandardComponents | (StandardComponents | string)[];

  export interface StandardSegment {
    readonly type: string;
    /** Place among all segments of the message. */
    readonly index: number;
    /** By place, as `PID.5`; MSH begins with `MSH.2`. */
    data: Record<string, StandardField>;
  }

  export interface StandardOptions {
    /** What the package calls so is the separator of repetitions. */
    readonly subComponents?: string;
    /** What the package calls so is the separator of sub-components. */
    readonly repeatingFields?: string;
    readonly lineEndings?: string;
  }

  /** Neither escapes nor unescapes anything. */
  export default class HL7 {
    constructor(text?: string, options?: StandardOptions);
    /** By name of the segment. */
    readonly transformed: Readonly<Record<string, readonly StandardSegment[]>>;
    /** @throws Error when the text does not begin as HL7 does or has no line ending */
    transform(): void;
    createSegment(name: string): StandardSegment;
    build(): string;
  }
}
