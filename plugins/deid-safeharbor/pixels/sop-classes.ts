// Which SOP classes may pass as pure pictures, and why the others wait for a person; as data (PS3.6 table A-1).

/**
 * What an object of a class is, for the question whether a person can be recognised in what no rule for elements
 * reaches. `picture` passes, `declared` passes when BurnedInAnnotation (0028,0301) says NO, all others are held.
 */
export type ContentKind =
  | "picture"
  | "declared"
  | "secondary-capture"
  | "ultrasound"
  | "visible-light"
  | "document"
  | "text-object"
  | "not-a-picture"
  | "unknown-class";

export interface SopClass {
  /** As people say it; safe to show. */
  readonly name: string;
  readonly kind: ContentKind;
  /** Modality (0008,0060) of its objects, where only some make sense. */
  readonly modalities?: readonly string[];
  /** Its pictures are grey with 16 bits allocated (PS3.3 A.3, A.4, A.21): others were put there by something else. */
  readonly deepGrey?: boolean;
}

const ROOT = "1.2.840.10008.5.1.4.1.1.";
const picture = (name: string, ...modalities: string[]): SopClass => ({ name, kind: "picture", modalities });
const grey = (name: string, modality: string): SopClass => ({
  ...picture(name, modality),
  deepGrey: true,
});
const declared = (name: string): SopClass => ({ name, kind: "declared" });

/** Classes that may pass: computed from measurements, so that no text gets into the pixels by itself. */
const PASSING: ReadonlyMap<string, SopClass> = new Map<string, SopClass>([
  ["2", grey("CT Image", "CT")],
  ["2.1", picture("Enhanced CT Image", "CT")],
  ["2.2", picture("Legacy Converted Enhanced CT Image", "CT")],
  ["4", grey("MR Image", "MR")],
  ["4.1", picture("Enhanced MR Image", "MR")],
  ["4.2", picture("MR Spectroscopy", "MR")],
  ["4.4", picture("Legacy Converted Enhanced MR Image", "MR")],
  ["30", { name: "Parametric Map", kind: "picture" }],
  ["66.1", { name: "Spatial Registration", kind: "picture" }],
  ["66.2", { name: "Spatial Fiducials", kind: "picture" }],
  ["66.3", { name: "Deformable Spatial Registration", kind: "picture" }],
  ["66.4", picture("Segmentation", "SEG")],
  ["66.6", { name: "Tractography Results", kind: "picture" }],
  ["66.7", picture("Label Map Segmentation", "SEG")],
  ["67", { name: "Real World Value Mapping", kind: "picture" }],
  ["128", grey("PET Image", "PT")],
  ["128.1", picture("Legacy Converted Enhanced PET Image", "PT")],
  ["130", picture("Enhanced PET Image", "PT")],
  ["481.2", picture("RT Dose", "RTDOSE")],
  // Markers, names and results are often written into these before they are stored. Their modules have
  // BurnedInAnnotation (0028,0301), so a device that writes NO has been asked.
  ["1", declared("Computed Radiography Image")],
  ["1.1", declared("Digital X-Ray Image - For Presentation")],
  ["1.1.1", declared("Digital X-Ray Image - For Processing")],
  ["1.2", declared("Digital Mammography X-Ray Image - For Presentation")],
  ["1.2.1", declared("Digital Mammography X-Ray Image - For Processing")],
  ["1.3", declared("Digital Intra-Oral X-Ray Image - For Presentation")],
  ["1.3.1", declared("Digital Intra-Oral X-Ray Image - For Processing")],
  ["4.3", declared("Enhanced MR Color Image")],
  ["5", declared("Nuclear Medicine Image (retired)")],
  ["12.1", declared("X-Ray Angiographic Image")],
  ["12.1.1", declared("Enhanced XA Image")],
  ["12.2", declared("X-Ray Radiofluoroscopic Image")],
  ["12.2.1", declared("Enhanced XRF Image")],
  ["12.3", declared("X-Ray Angiographic Bi-Plane Image (retired)")],
  ["13.1.1", declared("X-Ray 3D Angiographic Image")],
  ["13.1.2", declared("X-Ray 3D Craniofacial Image")],
  ["13.1.3", declared("Breast Tomosynthesis Image")],
  ["13.1.4", declared("Breast Projection X-Ray Image - For Presentation")],
  ["13.1.5", declared("Breast Projection X-Ray Image - For Processing")],
  ["14.1", declared("Intravascular Optical Coherence Tomography Image - For Presentation")],
  ["14.2", declared("Intravascular Optical Coherence Tomography Image - For Processing")],
  ["20", declared("Nuclear Medicine Image")],
  ["481.1", declared("RT Image")],
  ["481.23", declared("Enhanced RT Image")],
  ["481.24", declared("Enhanced Continuous RT Image")],
]);

/**
 * Classes that are held, by the head of their UIDs, so that a class the standard adds tomorrow is held as its kin are.
 * The longest head that fits counts.
 */
const HELD_FAMILIES: readonly (readonly [head: string, name: string, kind: ContentKind])[] = [
  [`${ROOT}3`, "Ultrasound Multi-frame Image", "ultrasound"],
  [`${ROOT}6`, "Ultrasound Image", "ultrasound"],
  [`${ROOT}7`, "Secondary Capture Image", "secondary-capture"],
  [`${ROOT}8`, "Standalone Overlay", "text-object"],
  [`${ROOT}9`, "Waveform", "not-a-picture"],
  [`${ROOT}9.4`, "Recorded voice or sound", "not-a-picture"],
  [`${ROOT}11`, "Presentation state", "text-object"],
  [`${ROOT}66.5`, "Surface Segmentation", "visible-light"],
  [`${ROOT}66`, "Raw measurement", "not-a-picture"],
  [`${ROOT}68`, "Scanned surface of a body", "visible-light"],
  [`${ROOT}77`, "Photograph or video in visible light", "visible-light"],
  [`${ROOT}77.1.5`, "Ophthalmic photograph or tomogram", "visible-light"],
  [`${ROOT}77.1.6`, "Whole slide microscopy, which may show the slide's label", "visible-light"],
  [`${ROOT}78`, "Ophthalmic measurements", "text-object"],
  [`${ROOT}79`, "Macular grid report", "text-object"],
  [`${ROOT}80`, "Visual field measurements", "text-object"],
  [`${ROOT}81`, "Ophthalmic thickness map", "visible-light"],
  [`${ROOT}82`, "Corneal topography map", "visible-light"],
  [`${ROOT}88`, "Structured report", "text-object"],
  [`${ROOT}88.59`, "Key object selection", "text-object"],
  [`${ROOT}90`, "Content assessment results", "text-object"],
  [`${ROOT}91`, "Annotations", "text-object"],
  [`${ROOT}104`, "Encapsulated document or model", "document"],
  [`${ROOT}104.1`, "Encapsulated PDF", "document"],
  [`${ROOT}104.2`, "Encapsulated CDA", "document"],
  [`${ROOT}131`, "Structured display", "text-object"],
  [`${ROOT}200`, "Protocol", "text-object"],
  [`${ROOT}201`, "Inventory", "text-object"],
  [`${ROOT}481`, "Radiotherapy plan, record or structures", "not-a-picture"],
  ["1.2.840.10008.5.1.1.27", "Stored print", "secondary-capture"],
  ["1.2.840.10008.5.1.1.29", "Hardcopy Grayscale Image", "secondary-capture"],
  ["1.2.840.10008.5.1.1.30", "Hardcopy Color Image", "secondary-capture"],
];

const byLength = [...HELD_FAMILIES].sort(([a], [b]) => b.length - a.length);

/** What a SOP class is; private ones and those that the table does not know are `unknown-class`. */
export function sopClassOf(uid: string): SopClass {
  const passing = uid.startsWith(ROOT) ? PASSING.get(uid.slice(ROOT.length)) : undefined;
  if (passing) return passing;
  const family = byLength.find(([head]) => uid === head || uid.startsWith(`${head}.`));
  if (family) return { name: family[1], kind: family[2] };
  return { name: "Private or unknown SOP class", kind: "unknown-class" };
}
