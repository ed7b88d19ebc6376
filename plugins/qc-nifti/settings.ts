// Settings of the NIfTI quality control: which checks run and by which rule set.
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

export const QcNiftiSettings = Settings({
  /** */
  fileDetection: toggle(
    "fileDetection",
    "NIfTI file detection",
    "There is an image, its header can be read, and it has volumes with voxels of a size.",
  ),
  /** */
  requiredFiles: toggle(
    "requiredFiles",
    "DTI required files",
    "Each image has a .bval, a .bvec and a .json, and the tables fit its volumes.",
  ),
  /** */
  sidecar: toggle(
    "sidecar",
    "Metadata sidecar",
    "Age and sex stand in the sidecar, or were given beside it.",
  ),
  /** */
  diffusion: toggle(
    "diffusion",
    "DTI/DWI detection",
    "Volumes at b = 0 and enough diffusion directions are there.",
  ),
  /** */
  ifuCompliance: toggle(
    "ifuCompliance",
    "IFU compliance",
    "The series was acquired as the rule set says, as far as NIfTI files tell.",
  ),
  profile: Type.String({
    title: "Rule set",
    description:
      "Name of a rule set that comes with the hub (general-dti, neuropacs-2026-05, neuropacs-ifu-1.7), or the " +
      "absolute path of a JSON file with one of your own. Rules about descriptions are for DICOM only.",
    minLength: 1,
    default: DEFAULT_PROFILE,
  }),
  ownProfile: Type.Optional(IfuProfile),
});

export type QcNiftiSettings = Static<typeof QcNiftiSettings>;
