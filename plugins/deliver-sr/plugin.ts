// deliver-sr: files the measurements in an archive as a structured report of the same study.
import { readFile } from "node:fs/promises";
import {
  DicomSenderToken,
  defineDelivery,
  eachStep,
  Permanent,
  type ResultView,
  Settings,
  skipped,
  Type,
} from "@thalamus/sdk";
import { archiveSettings, probeArchive, storeReport } from "@thalamus/sdk/dicom";
import { PRODUCT_UNITS } from "./codes.ts";
import { ENHANCED_SR, measurementReport } from "./measurement-report.ts";
import { type RegionMeasurements, readRegions, UnreadableMeasurements } from "./region-measurements.ts";

export const SrSettings = Settings({
  ...archiveSettings,
  seriesDescription: Type.String({
    title: "Series description",
    description: "SeriesDescription (0008,103E) as people see it in the archive.",
    maxLength: 64,
    default: "Diffusion measurements (research use only)",
  }),
  seriesNumber: Type.Integer({
    title: "Series number",
    description: "SeriesNumber (0020,0011); high enough to stand after the images.",
    minimum: 0,
    maximum: 2_147_483_647,
    default: 9001,
  }),
});

export default defineDelivery({
  name: "deliver-sr",
  title: "DICOM structured report",
  summary: "Sends the measurements to an archive as an Enhanced SR (TID 1500) of the same study.",
  settings: SrSettings,
  needs: { sender: DicomSenderToken },
  // The instance UID follows from the result: a second one replaces the first.
  onInterrupted: "repeat",
  deliver: (steps$, { settings, sender }) =>
    steps$.pipe(
      eachStep(
        async (step, signal) => {
          const { result, study } = step;
          if (result.kind === "failure") return skipped(whySkipped(settings.deliverFailures));
          const regions = await regionsOf(result);
          const instances = await study.instances();
          const images = instances.filter(({ modality }) => modality === "MR");
          const sources = images.length > 0 ? images : instances;
          const dataset = measurementReport(study.identity.reveal(), result, sources, regions, settings);
          return storeReport("deliver-sr", { step, sender, peer: settings, dataset }, signal);
        },
        { width: 4 },
      ),
    ),
  probe: ({ settings, sender }, signal) => probeArchive(sender, settings, [ENHANCED_SR], signal),
});

/** A failure has no measurements, so there is nothing to structure even where failures are wanted. */
const whySkipped = (deliverFailures: boolean): string =>
  deliverFailures ? "A failure has no measurements." : "Failures are not delivered to this destination.";

async function regionsOf(result: ResultView): Promise<RegionMeasurements[]> {
  const data = result.artifacts.find(({ name }) => name === "data");
  if (!data) throw new Permanent("deliver-sr.no-data", "The result has no measurements (data).");
  try {
    const regions = readRegions(await readFile(data.path, "utf8"), PRODUCT_UNITS);
    if (regions.length > 0) return regions;
  } catch (error) {
    if (!(error instanceof UnreadableMeasurements)) throw error;
    throw new Permanent("deliver-sr.unreadable-data", `The measurements cannot be read: ${error.message}.`);
  }
  throw new Permanent("deliver-sr.no-data", "The result has no region with measurements.");
}
