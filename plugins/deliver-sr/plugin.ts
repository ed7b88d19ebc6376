// deliver-sr: files the measurements in an archive as a structured report of the same study.
import { readFile } from "node:fs/promises";
import {
  DicomSenderToken,
  defineDelivery,
  eachStep,
  Permanent,
  type ResultArtifact,
  type ResultView,
  Settings,
  skipped,
  Type,
} from "@thalamus/sdk";
import type { Dataset } from "@thalamus/sdk/dicom";
import { archiveSettings, probeArchive, storeReport } from "@thalamus/sdk/dicom/report-destination";
import { PRODUCT_UNITS } from "./codes.ts";
import { indexGroups } from "./index-groups.ts";
import { keyImagesOf, SECONDARY_CAPTURE } from "./key-image.ts";
import { measurementReport, SR_CLASSES } from "./measurement-report.ts";
import { regionGroup } from "./region-group.ts";
import { readRegions, UnreadableMeasurements } from "./region-measurements.ts";

const seriesNumber = (title: string, value: number) =>
  Type.Integer({
    title,
    description: "SeriesNumber (0020,0011); high enough to stand after the images.",
    minimum: 0,
    maximum: 2_147_483_647,
    default: value,
  });

const seriesDescription = (title: string, value: string) =>
  Type.String({
    title,
    description: "SeriesDescription (0008,103E) as people see it in the archive.",
    maxLength: 64,
    default: value,
  });

export const SrSettings = Settings({
  ...archiveSettings,
  sopClass: Type.Union([Type.Literal("enhanced"), Type.Literal("comprehensive")], {
    title: "SOP class",
    description:
      "Enhanced SR, or Comprehensive SR for an archive that takes just that; the content is the same.",
    default: "enhanced",
  }),
  seriesDescription: seriesDescription("Series description", "Diffusion measurements (research use only)"),
  seriesNumber: seriesNumber("Series number", 9001),
  keyImages: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    title: "Key images",
    description:
      "Names of pictures (PNG) of the result, as preview, that are filed as Secondary Capture and referred to.",
    maxItems: 20,
    uniqueItems: true,
    default: [],
  }),
  keyImageDescription: seriesDescription("Description of key images", "Key images (research use only)"),
  keyImageSeriesNumber: seriesNumber("Series number of key images", 9003),
});

export default defineDelivery({
  name: "deliver-sr",
  title: "DICOM structured report",
  summary:
    "Sends the measurements to an archive as an SR (TID 1500) of the same study, with key images if wanted.",
  settings: SrSettings,
  needs: { sender: DicomSenderToken },
  // The instance UIDs follow from the result: a second one replaces the first.
  onInterrupted: "repeat",
  deliver: (steps$, { settings, sender }) =>
    steps$.pipe(
      eachStep(
        async (step, signal) => {
          const { result, study } = step;
          if (result.kind === "failure") return skipped(whySkipped(settings.deliverFailures));
          const { groups, report } = await measured(result);
          const instances = await study.instances();
          const images = instances.filter(({ modality }) => modality === "MR");
          const identity = study.identity.reveal();
          const keyImages = await keyImagesOf(identity, result, settings.keyImages, {
            seriesNumber: settings.keyImageSeriesNumber,
            seriesDescription: settings.keyImageDescription,
          });
          const content = {
            groups,
            sources: images.length > 0 ? images : instances,
            keyImages: keyImages.map(({ reference }) => reference),
          };
          const dataset = measurementReport(identity, result, content, settings);
          const datasets = [dataset, ...keyImages.map((image) => image.dataset)] as const;
          return storeReport("deliver-sr", { step, sender, peer: settings, datasets, report }, signal);
        },
        { width: 4 },
      ),
    ),
  probe: ({ settings, sender }, signal) => {
    const pictures = settings.keyImages.length > 0 ? [SECONDARY_CAPTURE] : [];
    return probeArchive(sender, settings, [SR_CLASSES[settings.sopClass], ...pictures], signal);
  },
});

/** A failure has no measurements, so there is nothing to structure even where failures are wanted. */
const whySkipped = (deliverFailures: boolean): string =>
  deliverFailures ? "A failure has no measurements." : "Failures are not delivered to this destination.";

interface Measured {
  readonly groups: readonly Dataset[];
  /** The artifact the numbers were read from; none when they are the result's own indexes. */
  readonly report: ResultArtifact | undefined;
}

/** Regions where the result has them, else the product's declared numbers. */
async function measured(result: ResultView): Promise<Measured> {
  const data = result.artifacts.find(({ name }) => name === "data");
  const regions = data && isJson(data) ? await regionsOf(data) : [];
  if (regions.length > 0) return { groups: regions.map((one) => regionGroup(result, one)), report: data };
  if (result.indexes.length > 0) return { groups: indexGroups(result), report: undefined };
  throw new Permanent("deliver-sr.no-data", "The result has neither regions with measurements nor numbers.");
}

const isJson = ({ mediaType }: ResultArtifact): boolean => mediaType === "application/json";

async function regionsOf(data: ResultArtifact) {
  try {
    return readRegions(await readFile(data.path, "utf8"), PRODUCT_UNITS);
  } catch (error) {
    if (!(error instanceof UnreadableMeasurements)) throw error;
    throw new Permanent("deliver-sr.unreadable-data", `The measurements cannot be read: ${error.message}.`);
  }
}
