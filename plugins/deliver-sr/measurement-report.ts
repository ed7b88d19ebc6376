// Builds the measurement report: an Enhanced SR after template TID 1500 (PS3.16).
import type { ResultView, StoredInstance, StudyIdentity } from "@thalamus/sdk";
import {
  type Dataset,
  derivedUid,
  type FileDataset,
  instanceReference,
  patientAndStudyModules,
  reportInstance,
  studyReference,
} from "@thalamus/sdk/dicom";
import { CODES, DERIVATIONS, QUANTITIES } from "./codes.ts";
import {
  codeItem,
  container,
  containerItem,
  imageItem,
  numberItem,
  textItem,
  uidItem,
} from "./content-items.ts";
import type { RegionMeasurements } from "./region-measurements.ts";

/** Enhanced SR Storage. */
export const ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22";
const PURPOSE = "deliver-sr";

export interface SrSeries {
  readonly seriesDescription: string;
  readonly seriesNumber: number;
}

/**
 * @param sources the images that were measured; at least one
 * @param regions in the product's units
 */
export function measurementReport(
  identity: StudyIdentity,
  result: ResultView,
  sources: readonly StoredInstance[],
  regions: readonly RegionMeasurements[],
  { seriesDescription, seriesNumber }: SrSeries,
): FileDataset {
  const series = { purpose: PURPOSE, modality: "SR", seriesNumber, seriesDescription };
  return {
    ...container(CODES.imagingMeasurementReport, rootContent(result, sources, regions), "1500"),
    ...patientAndStudyModules(identity),
    ...reportInstance(ENHANCED_SR, result, series),
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [studyReference(identity.studyInstanceUid, sources)],
    CompletionFlag: "COMPLETE",
    // Nobody has signed it.
    VerificationFlag: "UNVERIFIED",
    PreliminaryFlag: "FINAL",
  };
}

function rootContent(
  result: ResultView,
  sources: readonly StoredInstance[],
  regions: readonly RegionMeasurements[],
): Dataset[] {
  const images = sources.map((source) => imageItem(instanceReference(source)));
  const groups = regions.map((region) => measurementGroup(result, region));
  return [
    codeItem("HAS CONCEPT MOD", CODES.language, CODES.english),
    ...observerContext(result),
    codeItem("HAS CONCEPT MOD", CODES.procedureReported, CODES.mriOfHead),
    containerItem(CODES.imageLibrary, [containerItem(CODES.imageLibraryGroup, images)]),
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

/** One region (PS3.16 TID 1501): what and where it is, how it was measured, its volume and its numbers. */
function measurementGroup(result: ResultView, region: RegionMeasurements): Dataset {
  const trackingUid = derivedUid("region", `${result.id} ${region.id}`);
  return containerItem(
    CODES.measurementGroup,
    [
      textItem("HAS OBS CONTEXT", CODES.trackingIdentifier, region.name),
      uidItem("HAS OBS CONTEXT", CODES.trackingUniqueIdentifier, trackingUid),
      codeItem("HAS CONCEPT MOD", CODES.findingSite, CODES.brain),
      codeItem("HAS CONCEPT MOD", CODES.measurementMethod, CODES.singleTensor),
      numberItem(CODES.volume, region.volumeMl, CODES.millilitre),
      ...measurements(region),
    ],
    "1501",
  );
}

function measurements(region: RegionMeasurements): Dataset[] {
  return [...region.metrics].flatMap(([metric, statistics]) => {
    const quantity = QUANTITIES.get(metric);
    if (!quantity) return [];
    return [...DERIVATIONS].flatMap(([statistic, derivation]) => {
      const value = statistics.get(statistic);
      if (value === undefined) return [];
      const how = codeItem("HAS CONCEPT MOD", CODES.derivation, derivation);
      return [numberItem(quantity.name, value * quantity.factor, quantity.unit, [how])];
    });
  });
}
