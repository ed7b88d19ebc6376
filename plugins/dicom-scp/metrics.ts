// What the receiver counts for monitoring: associations, echoes, and why it refused or lost something.
import { declareCounter, declareGauge, type Metrics } from "@thalamus/sdk";

/** Codes of the intake, which is where most refusals come from, and the receiver's own. */
const REFUSALS = [
  ...["intake.truncated", "intake.malformed", "intake.mismatch", "intake.no-study"],
  ...["intake.out-of-space", "intake.storage-failed", "intake.stopping"],
  ...["dicom-scp.bad-uid", "dicom-scp.wrong-sop-class", "dicom-scp.no-data-set"],
  ...["dicom-scp.unknown-operation", "dicom-scp.failed"],
];
const REJECTIONS = [
  ...["dicom-scp.called-ae", "dicom-scp.caller", "dicom-scp.limit", "dicom-scp.caller-limit"],
  "dicom-scp.user",
  ...["dicom-scp.stopping", "dicom-scp.unsupported"],
];
const ENDS = [
  ...["dicom-scp.protocol", "dicom-scp.idle", "dicom-scp.no-request", "dicom-scp.peer-abort"],
  "dicom-scp.too-slow",
  ...["dicom-scp.connection-lost", "dicom-scp.stopped", "dicom-scp.failed", "dicom-scp.too-many-connections"],
  ...["dicom-scp.tls-required", "dicom-scp.tls-client-certificate", "dicom-scp.tls-failed"],
  ...["dicom-scp.tls-revoked", "dicom-scp.tls-revocation-list"],
];

export const ScpMetrics = {
  accepted: declareCounter({
    name: "thalamus_dicom_scp_associations_total",
    help: "Associations that were accepted",
  }),
  open: declareGauge({
    name: "thalamus_dicom_scp_associations_open",
    help: "Associations that are open now",
  }),
  waiting: declareGauge({
    name: "thalamus_dicom_scp_associations_waiting",
    help: "Associations that wait for a place because all are taken",
  }),
  rejected: declareCounter({
    name: "thalamus_dicom_scp_associations_rejected_total",
    help: "Associations that were rejected, by error code",
    labels: { code: REJECTIONS },
  }),
  ended: declareCounter({
    name: "thalamus_dicom_scp_connections_ended_total",
    help: "Connections and associations that ended otherwise than by release or rejection, by error code",
    labels: { code: ENDS },
  }),
  refused: declareCounter({
    name: "thalamus_dicom_scp_objects_refused_total",
    help: "Requests that were answered with a failure, by error code",
    labels: { code: REFUSALS },
  }),
  echoes: declareCounter({
    name: "thalamus_dicom_scp_echoes_total",
    help: "C-ECHO requests that were answered",
  }),
} as const;

export interface ScpCounts {
  accepted(): void;
  rejected(code: string): void;
  ended(code: string): void;
  refused(code: string): void;
  echo(): void;
  /** @returns ends the reading */
  readLoad(open: () => number, waiting: () => number): () => void;
}

export function scpCounts(metrics: Metrics): ScpCounts {
  const accepted = metrics.counter(ScpMetrics.accepted).of({});
  const echoes = metrics.counter(ScpMetrics.echoes).of({});
  const rejected = metrics.counter(ScpMetrics.rejected);
  const ended = metrics.counter(ScpMetrics.ended);
  const refused = metrics.counter(ScpMetrics.refused);
  return {
    accepted: () => accepted.add(),
    rejected: (code) => rejected.of({ code }).add(),
    ended: (code) => ended.of({ code }).add(),
    refused: (code) => refused.of({ code }).add(),
    echo: () => echoes.add(),
    readLoad: (open, waiting) => {
      const ends = [
        metrics.read(ScpMetrics.open, () => [{ labels: {}, value: open() }]),
        metrics.read(ScpMetrics.waiting, () => [{ labels: {}, value: waiting() }]),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
