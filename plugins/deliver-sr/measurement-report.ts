// Builds the measurement report: an Enhanced or Comprehensive SR after template TID 1500 (PS3.16).
import type { ResultView, StudyIdentity } from "@thalamus/sdk";
import {
  type Dataset,
  derivedUid,
  type FileDataset,
  instanceReference,
  patientAndStudyModules,
  type ReferencedInstance,
  reportInstance,
  studyReference,
} from "@thalamus/sdk/dicom";
import { CODES } from "./codes.ts";
import { codeItem, container, containerItem, imageItem, textItem, uidItem } from "./content-items.ts";

/** Storage SOP classes whose objects may hold this content (PS3.3 A.35.2, A.35.3). */
export const SR_CLASSES = {
  enhanced: "1.2.840.10008.5.1.4.1.1.88.22",
  comprehensive: "1.2.840.10008.5.1.4.1.1.88.33",
} as const;
const PURPOSE = "deliver-sr";

export interface SrSeries {
  readonly sopClass: keyof typeof SR_CLASSES;
  readonly seriesDescription: string;
  readonly seriesNumber: number;
}

/** What a report says and refers to. */
export interface ReportContent {
  /** The images that were measured; at least one. */
  readonly sources: readonly ReferencedInstance[];
  readonly keyImages: readonly ReferencedInstance[];
  /** Measurement groups (PS3.16 TID 1501). */
  readonly groups: readonly Dataset[];
}

export function measurementReport(
  identity: StudyIdentity,
  result: ResultView,
  content: ReportContent,
  { sopClass, seriesDescription, seriesNumber }: SrSeries,
): FileDataset {
  const series = { purpose: PURPOSE, modality: "SR", seriesNumber, seriesDescription };
  const evidence = [...content.sources, ...content.keyImages];
  return {
    ...container(CODES.imagingMeasurementReport, rootContent(result, content), "1500"),
    ...patientAndStudyModules(identity),
    ...reportInstance(SR_CLASSES[sopClass], result, series),
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [studyReference(identity.studyInstanceUid, evidence)],
    CompletionFlag: "COMPLETE",
    // Nobody has signed it.
    VerificationFlag: "UNVERIFIED",
    PreliminaryFlag: "FINAL",
  };
}

function rootContent(result: ResultView, { sources, keyImages, groups }: ReportContent): Dataset[] {
  const libraryGroups = [sources, keyImages]
    .filter((images) => images.length > 0)
    .map((images) => {
      const items = images.map((image) => imageItem(instanceReference(image)));
      return containerItem(CODES.imageLibraryGroup, items);
    });
  return [
    codeItem("HAS CONCEPT MOD", CODES.language, CODES.english),
    ...observerContext(result),
    codeItem("HAS CONCEPT MOD", CODES.procedureReported, CODES.mriOfHead),
    containerItem(CODES.imageLibrary, libraryGroups),
    containerItem(CODES.imagingMeasurements, groups),
  ];
}

/** The observer is the product, a device (PS3.16 TID 1002 and 1004). */
function observerContext({ product }: ResultView): Dataset[] {
  const name = `${product.id} ${product.version}`;
  return [
    codeItem("HAS OBS CONTEXT", CODES.observerType, CODES.device),
    uidItem("HAS OBS CONTEXT", CODES.deviceObserverUid, derivedUid("product", name)),
    textItem("HAS OBS CONTEXT", CODES.deviceObserverName, name),
    textItem("HAS OBS CONTEXT", CODES.deviceObserverManufacturer, "Thalamus"),
  ];
}
