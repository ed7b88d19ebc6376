// The rule set of the quality control: what a product's instructions for use (IFU) accept, as versioned data.
import { type Static, type TSchema, Type } from "typebox";

const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const sealed = { additionalProperties: false };

/** What a broken rule does: show it, or hold the study for a person. */
const otherwise = Type.Union([Type.Literal("warn"), Type.Literal("fail")], {
  title: "When it does not hold",
  description: "warn shows it and lets the study pass; fail holds it for a person.",
});

/** One number that must lie in a range, both ends included. */
const range = (title: string, unit: string) =>
  Type.Object(
    {
      min: optional(Type.Number({ title: "Smallest", description: unit })),
      max: optional(Type.Number({ title: "Largest", description: unit })),
      otherwise,
    },
    { title, description: unit, ...sealed },
  );

const patterns = (title: string) =>
  Type.Object(
    {
      anyOf: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        title: "Accepted",
        description: "Upper and lower case are the same; * stands for any text. An empty list accepts all.",
        maxItems: 100,
      }),
      otherwise,
    },
    { title, description: "Texts that are accepted.", ...sealed },
  );

/** What the scanner was set to; each rule is judged on the diffusion series. */
export const AcquisitionRules = Type.Object(
  {
    fieldStrength: optional(range("Field strength", "T")),
    repetitionTime: optional(range("Repetition time", "ms")),
    echoTime: optional(range("Echo time", "ms")),
    flipAngle: optional(range("Flip angle", "degrees")),
    inPlane: optional(range("In-plane resolution", "mm")),
    sliceThickness: optional(range("Slice thickness", "mm")),
    sliceGap: optional(range("Slice gap", "mm")),
    slices: optional(range("Slices", "in a volume")),
  },
  { title: "Acquisition", description: "What the scanner was set to.", ...sealed },
);

export const IfuProfile = Type.Object(
  {
    name: Type.String({
      title: "Name",
      description: "Lower-case words with hyphens.",
      pattern: "^[a-z0-9]+([.-][a-z0-9]+)*$",
      maxLength: 64,
    }),
    version: Type.String({
      title: "Version",
      description: "Stands in every report; change it whenever a rule changes.",
      pattern: "^[A-Za-z0-9][A-Za-z0-9 .+_-]*$",
      maxLength: 32,
    }),
    title: Type.String({ title: "Title", description: "For people.", minLength: 1, maxLength: 120 }),
    source: optional(
      Type.String({ title: "Source", description: "Where the rules come from.", maxLength: 400 }),
    ),
    images: optional(range("Images of an MR series", "images or frames; a mosaic counts as one")),
    b0Volumes: optional(range("Volumes at b = 0", "volumes")),
    directions: optional(range("Diffusion directions", "distinct directions; opposite ones count once")),
    shells: optional(
      Type.Object(
        {
          b: Type.Array(Type.Number({ minimum: 100, maximum: 20_000 }), {
            title: "b values beside 0",
            description: "s/mm2; each must be there, and no other one.",
            minItems: 1,
            maxItems: 20,
          }),
          tolerance: Type.Number({ title: "Tolerance", description: "s/mm2", minimum: 0, maximum: 500 }),
          otherwise,
        },
        { title: "Shells", description: "The b values that are accepted beside 0.", ...sealed },
      ),
    ),
    age: optional(range("Age of the patient", "years")),
    studyDescriptions: optional(patterns("Study descriptions")),
    seriesDescriptions: optional(patterns("Series descriptions")),
    acquisition: optional(AcquisitionRules),
  },
  {
    title: "Own rule set",
    description: "A rule set written into the settings; it goes before `profile`.",
    ...sealed,
  },
);

export type IfuProfile = Static<typeof IfuProfile>;
export type Otherwise = "warn" | "fail";
export type RangeRule = { readonly min?: number; readonly max?: number; readonly otherwise: Otherwise };
export type PatternRule = { readonly anyOf: readonly string[]; readonly otherwise: Otherwise };
