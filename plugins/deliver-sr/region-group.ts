// A region of a report as a measurement group: standard codes for what was measured and how.
import type { ResultView } from "@thalamus/sdk";
import { type Dataset, derivedUid } from "@thalamus/sdk/dicom";
import { CODES, DERIVATIONS, QUANTITIES } from "./codes.ts";
import { codeItem, containerItem, numberItem, textItem, uidItem } from "./content-items.ts";
import type { RegionMeasurements } from "./region-measurements.ts";

/** One region (PS3.16 TID 1501): what and where it is, how it was measured, its volume and its numbers. */
export function regionGroup(result: ResultView, region: RegionMeasurements): Dataset {
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
