// Finds what speaks against letting a picture pass unseen: its class, what its maker declares, traces of a capture.
import type { PictureFacts } from "./picture-facts.ts";
import type { Finding } from "./pixel-lines.ts";
import type { ContentKind } from "./sop-classes.ts";

/** ConversionType (0008,0064), PS3.3 C.8.6.1; SYN, computed pictures, is left out. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  DV: "digitised video",
  DI: "a digital interface",
  DF: "digitised film",
  WSD: "a workstation",
  SD: "a scanned document",
  SI: "a scanned image",
  DRW: "a drawing",
};
const PAPER = new Set(["SD", "DF"]);
/** Modality (0008,0060): documents and hard copies. */
const PAPER_MODALITIES = new Set(["DOC", "HC"]);
/** Today's and retired ones: intravascular, bone density, echocardiography, duplex and colour Doppler. */
const ULTRASOUND_MODALITIES = new Set(["US", "IVUS", "BDUS", "EC", "DD", "CD"]);

/**
 * Words in ImageType (0008,0008) of screens that devices store among the pictures of a scan: dose pages of CT
 * scanners, SCREEN SAVE of GE, CSA REPORT and PROT of Siemens, captures of workstations.
 */
const CAPTURE_WORDS =
  /SCREEN|CAPTURE|SNAPSHOT|\bPHOTO\b|HARD ?COPY|\bPRINT|\bFILM|REPORT|DOSE[ _]?INFO|DISPLAY|\bSAVE|\bPROT\b|PROTOCOL|^SC$|^VXTL STATE$/;
/** Colour maps that MR scanners compute themselves: fractional anisotropy, perfusion. */
const COLOUR_MAP_WORDS = new Set(["DIFFUSION", "FA", "TENSOR", "PERFUSION", "ADC", "DTI"]);

/** Kinds of objects that have no picture: only a rule that names their SOP class can let them pass. */
const WITHOUT_PICTURE: ReadonlySet<ContentKind> = new Set([
  "document",
  "text-object",
  "not-a-picture",
  "unknown-class",
]);

export const isWithoutPicture = ({ sopClass, hasDocument }: PictureFacts): boolean =>
  hasDocument || WITHOUT_PICTURE.has(sopClass.kind);

/** All that was found, none twice; nothing for a picture that may pass. */
export function findingsOf(facts: PictureFacts): Finding[] {
  const findings: Finding[] = [...declarations(facts)];
  const kind = kindFinding(facts);
  if (kind) findings.push(kind);
  else findings.push(...captureTraces(facts));
  return findings;
}

/** BurnedInAnnotation (0028,0301) and RecognizableVisualFeatures (0028,0302): what is not NO counts as YES. */
function* declarations({ sopClass, burnedIn, recognizable }: PictureFacts): Generator<Finding> {
  if (burnedIn !== "" && burnedIn !== "NO") {
    yield { id: "deid.burned-in", found: `${sopClass.name}: the device says that text is burned in` };
  }
  if (recognizable !== "" && recognizable !== "NO") {
    const found = `${sopClass.name}: the device says that the patient can be recognised`;
    yield { id: "deid.recognizable-features", found };
  }
}

/** What holds every object of its kind. */
function kindFinding(facts: PictureFacts): Finding | undefined {
  const { sopClass, modality, conversionType, burnedIn, hasDocument } = facts;
  const { name, kind } = sopClass;
  if (hasDocument) return { id: "deid.document", found: name };
  const held = kind === "picture" || kind === "declared" ? undefined : (`deid.${kind}` as const);
  if (held && isWithoutPicture(facts)) return { id: held, found: name };
  if (ULTRASOUND_MODALITIES.has(modality)) return { id: "deid.ultrasound", found: name };
  if (PAPER.has(conversionType) || PAPER_MODALITIES.has(modality)) {
    return { id: "deid.scanned-document", found: name };
  }
  if (held) return { id: held, found: name };
  // YES has a finding of its own.
  const undeclared = kind === "declared" && burnedIn === "";
  return undeclared ? { id: "deid.undeclared-annotation", found: name } : undefined;
}

/** Screens and conversions that call themselves pictures of a scan. */
function* captureTraces(facts: PictureFacts): Generator<Finding> {
  const trace = captureTrace(facts);
  if (trace) yield { id: "deid.secondary-capture", found: `${facts.sopClass.name}: ${trace}` };
}

function captureTrace(facts: PictureFacts): string | undefined {
  const { sopClass, modality, imageType, conversionType, hasCaptureDevice, samples, bitsAllocated } = facts;
  const conversion = CONVERSIONS[conversionType];
  if (conversion) return `ConversionType (0008,0064) tells of ${conversion}`;
  if (imageType.some((value) => CAPTURE_WORDS.test(value))) {
    return "ImageType (0008,0008) tells of a screen, a print or a page";
  }
  if (hasCaptureDevice) return "it names a device for captures or prints";
  const expected = sopClass.modalities ?? [];
  if (expected.length > 0 && modality !== "" && !expected.includes(modality)) {
    return "Modality (0008,0060) is not that of its class";
  }
  if (!sopClass.deepGrey) return undefined;
  if (samples > 1 && !imageType.some((value) => COLOUR_MAP_WORDS.has(value))) {
    return "it is in colour, and no map that a scanner computes";
  }
  return samples === 1 && bitsAllocated === 8 ? "it has 8 bits, as screens have" : undefined;
}
