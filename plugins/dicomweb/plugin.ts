// dicomweb: stores (STOW-RS), searches (QIDO-RS) and retrieves (WADO-RS) over HTTP, for clients that are named.
import { ArchiveToken, defineWeb, IntakeToken, LogToken, MetricsToken, RefusalsToken } from "@thalamus/sdk";
import { DicomwebMetrics } from "./metrics.ts";
import { DicomwebService } from "./service.ts";
import { DicomwebSettings } from "./settings.ts";

/** Studies service of PS3.18 chapter 10: store, search and retrieve transactions, rendered pictures too. */
export default defineWeb({
  name: "dicomweb",
  title: "DICOMweb",
  summary: "Stores, searches and retrieves instances over HTTP by STOW-RS, QIDO-RS and WADO-RS.",
  settings: DicomwebSettings,
  needs: {
    ...{ intake: IntakeToken, archive: ArchiveToken, refusals: RefusalsToken },
    ...{ log: LogToken, metrics: MetricsToken },
  },
  metrics: Object.values(DicomwebMetrics),
  start: async ({ settings, intake, archive, refusals, log, metrics }) =>
    new DicomwebService({ settings, intake, archive, refusals, log, metrics }),
});
