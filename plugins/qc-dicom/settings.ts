// Settings of the DICOM quality control: which checks run and what they want.
import { Settings, type Static, Type } from "@thalamus/sdk";

const toggle = (title: string, description: string) => Type.Boolean({ title, description, default: true });

export const QcSettings = Settings({
  mriSeries: toggle(
    "MRI series validation",
    "A-301: at least one MR series is complete and of one geometry.",
  ),
  diffusion: toggle("DTI/DWI detection", "A-302: images at b = 0 and enough diffusion directions are there."),
  demographics: toggle(
    "Patient demographics",
    "A-303: age (or birth date) and sex are there and in standard form.",
  ),
  ifuCompliance: toggle(
    "IFU compliance",
    "A-304: study and series are named as the instructions for use say.",
  ),
  losslessCompression: toggle("Lossless compression", "A-305: no image was ever compressed with loss."),
  minImages: Type.Integer({
    title: "Fewest images of an MR series",
    description: "Images or frames; a mosaic counts as one. Seven are one b = 0 and six directions.",
    minimum: 1,
    default: 7,
  }),
  minDirections: Type.Integer({
    title: "Fewest diffusion directions",
    description: "Six are the least a tensor needs.",
    minimum: 6,
    default: 6,
  }),
  studyDescriptions: Type.Array(Type.String({ minLength: 1 }), {
    title: "Study descriptions of the instructions for use",
    description: "Upper and lower case are the same; * stands for any text.",
    default: ["MRI Brain with DTI Non-Contrast"],
  }),
  seriesDescriptions: Type.Array(Type.String({ minLength: 1 }), {
    title: "Series descriptions of the instructions for use",
    description: "Upper and lower case are the same; * stands for any text.",
    default: ["neuropacs DTI"],
  }),
  // Scanners name studies by house rules, and a name changes nothing in the measurement. Holding every such
  // study teaches people to bypass the checks, so a mismatch is shown and does not stop the study.
  ifuMismatch: Type.Union([Type.Literal("warn"), Type.Literal("fail")], {
    title: "When descriptions do not match",
    description: "warn shows it and lets the study pass; fail holds it for a person.",
    default: "warn",
  }),
});

export type QcSettings = Static<typeof QcSettings>;
