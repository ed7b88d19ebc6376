// The second pass's own judgement of the fields of a sidecar, by their names; shares no list with the first.
import type { ValueKind } from "../proof/identifying-elements.ts";

/** What a field says: of the machine and the scan, a description that was cleaned, or something that gives away. */
export type FieldKind = "technical" | "description" | ValueKind;

/** Text in these is a code, a name of a maker or of a method (BIDS 1.9, dcm2niix). */
const TECHNICAL = new Set(
  `Modality Manufacturer ManufacturersModelName ImageType ImageTypeText ScanningSequence SequenceVariant ScanOptions
   MRAcquisitionType BodyPartExamined BodyPart PatientPosition PatientSex patientSex patient_sex PatientAge patientAge
   patient_age SoftwareVersions ConversionSoftware ConversionSoftwareVersion PhaseEncodingDirection PhaseEncodingAxis
   SliceEncodingDirection PhaseEncodingDirectionDisplayed InPlanePhaseEncodingDirectionDICOM PhaseEncodingPolarityGE
   ImageOrientationText PartialFourierDirection ArterialSpinLabelingType Units CoilCombinationMethod MatrixCoilMode
   ReceiveCoilName ReceiveCoilActiveElements CoilString DiffusionScheme ParallelAcquisitionTechnique SpoilingType
   ReconstructionMethod AcquisitionTime SeriesTime StudyTime ContentTime`.split(/\s+/),
);
/** Numbers of a scan, whose names sound like those of people and orders. */
const COUNTS = new Set("SeriesNumber AcquisitionNumber EchoNumber PatientSize PatientWeight".split(" "));
const DESCRIPTIONS = new Set(
  `SeriesDescription ProtocolName StudyDescription ImageComments SequenceName PulseSequenceName PulseSequenceType
   InternalPulseSequenceName PulseSequenceDetails`.split(/\s+/),
);
const TELLING: readonly (readonly [RegExp, ValueKind])[] = [
  [/date(?:time)?$|birth/i, "date"],
  [/time$/i, "time"],
  [/uid$/i, "uid"],
  [/institution|address|department|hospital|clinic|site/i, "place"],
  [/station|device|serial/i, "device"],
  [/phone|mail|fax|url|contact/i, "contact"],
  [/physician|operator|person|author|subject|name$|names$/i, "name"],
  [/id$|ids$|number$|accession|account|insurance|mrn/i, "id"],
];

export function fieldKind(name: string): FieldKind {
  if (TECHNICAL.has(name) || COUNTS.has(name)) return "technical";
  if (DESCRIPTIONS.has(name)) return "description";
  return TELLING.find(([form]) => form.test(name))?.[1] ?? "text";
}

/** Whether a field may be in a copy at all. @param kind of its value */
export function mayStay(name: string, kind: "text" | "number" | "word" | "empty"): boolean {
  const says = fieldKind(name);
  if (says === "technical" || says === "description" || says === "date") return true;
  // numbers of a scan have no names that tell of people
  return (says === "text" || says === "time") && kind !== "text";
}
