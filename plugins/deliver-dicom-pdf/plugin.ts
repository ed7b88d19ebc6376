// deliver-dicom-pdf: files the PDF report in an archive, in the study it belongs to.
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
import { archiveSettings, probeArchive, storeReport } from "@thalamus/sdk/dicom/report-destination";
import { ENCAPSULATED_PDF, encapsulatePdf } from "./encapsulate.ts";

export const PdfSettings = Settings({
  ...archiveSettings,
  title: Type.String({
    title: "Document title",
    description: "DocumentTitle (0042,0010) of the object.",
    maxLength: 1024,
    default: "Imaging report",
  }),
  seriesDescription: Type.String({
    title: "Series description",
    description: "SeriesDescription (0008,103E) as people see it in the archive.",
    maxLength: 64,
    default: "Imaging report (PDF)",
  }),
  seriesNumber: Type.Integer({
    title: "Series number",
    description: "SeriesNumber (0020,0011); high enough to stand after the images.",
    minimum: 0,
    maximum: 2_147_483_647,
    default: 9002,
  }),
});

export default defineDelivery({
  name: "deliver-dicom-pdf",
  title: "DICOM Encapsulated PDF",
  summary: "Sends the PDF report to an archive as a DICOM object of the same study.",
  settings: PdfSettings,
  needs: { sender: DicomSenderToken },
  // The instance UID follows from the result: a second one replaces the first.
  onInterrupted: "repeat",
  deliver: (steps$, { settings, sender }) =>
    steps$.pipe(
      eachStep(
        async (step, signal) => {
          const { result, study } = step;
          if (result.kind === "failure" && !settings.deliverFailures) {
            return skipped("Failures are not delivered to this destination.");
          }
          const report = reportOf(result);
          const pdf = await readFile(report.path);
          const sources = await study.instances();
          const dataset = encapsulatePdf(study.identity.reveal(), result, sources, { ...settings, pdf });
          const datasets = [dataset] as const;
          return storeReport("deliver-dicom-pdf", { step, sender, peer: settings, datasets, report }, signal);
        },
        { width: 4 },
      ),
    ),
  probe: ({ settings, sender }, signal) => probeArchive(sender, settings, [ENCAPSULATED_PDF], signal),
});

function reportOf(result: ResultView): ResultArtifact {
  const report = result.artifacts.find((one) => one.name === "report" && one.mediaType === "application/pdf");
  if (report) return report;
  throw new Permanent("deliver-dicom-pdf.no-report", "The result has no PDF report.");
}
