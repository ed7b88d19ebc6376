// The lines a person reads when pixels, documents or two patients stop a study: ids that stay, reasons, and what to do.
import type { CheckLine } from "@thalamus/sdk";

/** Why an object is held; a person's release names it (`TransformStep.released`), so ids never change. */
export type PixelLineId = keyof typeof LINES;

export interface Finding {
  readonly id: PixelLineId;
  /** What was seen, in words and numbers that no sender chooses. */
  readonly found: string;
}

const LOOK = "Look at the pictures. If nobody is named in them, let this line pass";
const ALLOW = "or add a pixel rule for the device with the action allow or mask.";
const NO_PICTURE =
  "Send the study without these objects, or let this line pass after reading them; a pixel rule can allow them when it " +
  "names their SOP class.";

const LINES = {
  "deid.burned-in": {
    title: "Burned-in annotation",
    wanted: "BurnedInAnnotation (0028,0301) absent or NO",
    howToFix: `${LOOK}, ${ALLOW}`,
  },
  "deid.undeclared-annotation": {
    title: "Annotation not ruled out",
    wanted: "BurnedInAnnotation (0028,0301) is NO in pictures that are often written on",
    howToFix: `${LOOK}, ${ALLOW}`,
  },
  "deid.secondary-capture": {
    title: "Secondary capture",
    wanted: "Pictures as the scanner measured or computed them, no screen shots, prints or conversions",
    howToFix: `${LOOK}, ${ALLOW}`,
  },
  "deid.scanned-document": {
    title: "Scanned document",
    wanted: "No paper or film that was scanned",
    howToFix: "Send the study without scanned papers, or let this line pass after reading them.",
  },
  "deid.ultrasound": {
    title: "Ultrasound",
    wanted: "No ultrasound, whose devices write names into the pictures",
    howToFix: `${LOOK}, ${ALLOW}`,
  },
  "deid.visible-light": {
    title: "Photograph, video or surface",
    wanted: "No picture in which a person can be recognised",
    howToFix: `${LOOK}, or add a pixel rule for the device with the action allow.`,
  },
  "deid.recognizable-features": {
    title: "Recognisable features",
    wanted: "RecognizableVisualFeatures (0028,0302) absent or NO",
    howToFix: `${LOOK}, or add a pixel rule for the device with the action allow.`,
  },
  "deid.document": { title: "Document", wanted: "No encapsulated document", howToFix: NO_PICTURE },
  "deid.text-object": {
    title: "Report, annotation or presentation state",
    wanted: "No object that carries text of its own",
    howToFix: NO_PICTURE,
  },
  "deid.not-a-picture": {
    title: "No picture",
    wanted: "No raw data, waveforms, recorded voice or treatment plans",
    howToFix: NO_PICTURE,
  },
  "deid.unknown-class": {
    title: "Unknown kind of object",
    wanted: "SOP classes of the standard that the hub knows",
    howToFix: NO_PICTURE,
  },
  "deid.rule-hold": {
    title: "Held by a pixel rule",
    wanted: "No picture that a pixel rule holds",
    howToFix: `${LOOK}, or change the pixel rule.`,
  },
  "deid.unclaimed-bytes": {
    title: "Bytes behind the picture",
    wanted: "Pixel data that is as long as its frames",
    howToFix:
      "Ask the maker of the device what they are, or look at the raw bytes. If nobody is named in them, let this line pass.",
  },
  "deid.stream-text": {
    title: "Compressed pixels that cannot be read",
    wanted: "Frames in which comments of encoders and cameras can be found",
    howToFix:
      "Send the study uncompressed, or let this line pass after looking at the raw bytes of the frames.",
  },
  "deid.two-patients": {
    title: "Two patients in one study",
    wanted: "One PatientID (0010,0020) and one PatientName (0010,0010) in all files of a study",
    howToFix:
      "Correct the files at their source and send the study again. Let this line pass only if you know that all of them " +
      "are of one patient: all get one pseudonym.",
  },
  "deid.mask-impossible": {
    title: "Mask cannot be applied",
    wanted: "Pixels that are uncompressed or compressed without loss, and regions inside of the picture",
    howToFix:
      "Correct the pixel rule, or look at the pictures and let this line pass: they then go out unmasked.",
  },
} as const satisfies Readonly<Record<string, Pick<CheckLine, "title" | "wanted"> & { howToFix: string }>>;

/** A finding that nothing answers: it holds the study. */
export function failLine({ id, found }: Finding): CheckLine {
  const { title, wanted, howToFix } = LINES[id];
  return { id, title, verdict: "fail", wanted, found, howToFix };
}

/** @param why `released by a person`, `allowed by pixel rule 2` */
export function bypassedLine({ id, found }: Finding, why: string): CheckLine {
  const { title, wanted } = LINES[id];
  return { id, title, verdict: "bypassed", wanted, found: `${found}; ${why}` };
}

const MOST_FOUND = 5;

/**
 * The lines of a whole study from those of its objects: one for each id and verdict, saying how many objects it is
 * about.
 */
export function pixelLinesOfStudy(lines: readonly CheckLine[]): CheckLine[] {
  const groups = Map.groupBy(lines, ({ id, verdict }) => `${id} ${verdict}`);
  return [...groups.values()].map((same) => {
    const counts = [...Map.groupBy(same, ({ found }) => found)].map(
      ([found, { length }]) => `${length} object${length === 1 ? "" : "s"}: ${found}`,
    );
    const more = counts.length - MOST_FOUND;
    const shown = counts.slice(0, MOST_FOUND).join(" | ");
    return { ...same[0]!, found: more > 0 ? `${shown} | and ${more} more kinds` : shown };
  });
}
