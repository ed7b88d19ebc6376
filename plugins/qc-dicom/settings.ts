// Settings of the DICOM quality control: which checks run and by which rule set.
import { Settings, type Static, Type } from "@thalamus/sdk";
import { DEFAULT_PROFILE, IfuProfile } from "@thalamus/sdk/quality";

/** what it means to switch a check off stands wherever the switch does. */
const OFF = "Switched off, it counts as passed, and incomplete or non-compliant studies go on.";
const toggle = (name: string, title: string, description: string) =>
  Type.Boolean({
    title,
    description,
    default: true,
    "x-ui": { warnWhen: [{ if: { properties: { [name]: { const: false } } }, message: OFF }] },
  });

export const QcSettings = Settings({
  /** */
  mriSeries: toggle(
    "mriSeries",
    "MRI series validation",
    "At least one MR series is complete and of one geometry.",
  ),
  /** */
  diffusion: toggle(
    "diffusion",
    "DTI/DWI detection",
    "Volumes at b = 0 and enough diffusion directions are there.",
  ),
  /** */
  demographics: toggle(
    "demographics",
    "Patient demographics",
    "Age (or birth date) and sex are there and in standard form.",
  ),
  /** */
  ifuCompliance: toggle(
    "ifuCompliance",
    "IFU compliance",
    "Study and series are named, and acquired, as the rule set says.",
  ),
  /** */
  losslessCompression: toggle(
    "losslessCompression",
    "Lossless compression",
    "No image was ever compressed with loss.",
  ),
  profile: Type.String({
    title: "Rule set",
    description:
      "Name of a rule set that comes with the hub (general-dti, neuropacs-2026-05, neuropacs-ifu-1.7), or the " +
      "absolute path of a JSON file with one of your own.",
    minLength: 1,
    default: DEFAULT_PROFILE,
  }),
  ownProfile: Type.Optional(IfuProfile),
});

export type QcSettings = Static<typeof QcSettings>;
