// dicom-scp: receives studies from a PACS or scanner by C-STORE and answers C-ECHO.
import { defineIntake, IntakeToken, LogToken, MetricsToken } from "@thalamus/sdk";
import { listen } from "./listener.ts";
import { ScpMetrics } from "./metrics.ts";
import { DicomScpSettings } from "./settings.ts";

/**
 * Verification and Storage service class provider (PS3.4 annexes A and B). An object is answered with success
 * only after the intake has made it durable.
 *
 * Error codes, all beginning with `dicom-scp.`:
 * - association rejected: `called-ae`, `caller`, `limit`, `stopping`, `unsupported` (protocol or context)
 * - association ended otherwise than by release: `protocol` (broken bytes), `idle`, `no-request`,
 *   `peer-abort`, `connection-lost`, `stopped`, `failed`
 * - object refused: a code of the intake, or `bad-uid`, `wrong-sop-class`, `no-data-set`,
 *   `unknown-operation`, `failed`
 * - not even a connection: `too-many-connections`, `tls-required`, `tls-client-certificate`, `tls-failed`
 * - no start: `listen-failed`, `bad-caller-address`, `tls-settings`, `tls-files`
 */
export default defineIntake({
  name: "dicom-scp",
  title: "DICOM receiver",
  summary: "Receives DICOM objects by C-STORE and answers C-ECHO.",
  settings: DicomScpSettings,
  needs: { intake: IntakeToken, log: LogToken, metrics: MetricsToken },
  metrics: Object.values(ScpMetrics),
  start: ({ settings, intake, log, metrics }) => listen({ settings, intake, log, metrics }),
});
