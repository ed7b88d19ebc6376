// What the door counts for monitoring: requests by service and answer, instances by how they ended, bytes sent.
import { declareCounter, declareGauge, type Metrics } from "@thalamus/sdk";

const SERVICES = ["store", "search", "retrieve", "none"];
const STATUSES = [
  ...[
    "200",
    "202",
    "204",
    "206",
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "408",
    "409",
    "413",
    "415",
    "422",
    "429",
  ],
  ...["500", "503", "gone"],
];
const INSTANCE_REFUSALS = [
  ...["intake.truncated", "intake.malformed", "intake.mismatch", "intake.no-study"],
  ...["intake.out-of-space", "intake.storage-failed", "intake.stopping"],
  ...["dicomweb.not-part10", "dicomweb.bad-instance-uid", "dicomweb.class-not-taken"],
  ...["dicomweb.syntax-not-taken", "dicomweb.other-study"],
  ...["dicomweb.instance-too-large", "dicomweb.part-type", "dicomweb.failed"],
];

export const DicomwebMetrics = {
  requests: declareCounter({
    name: "thalamus_dicomweb_requests_total",
    help: "Requests by service and HTTP status; gone: the client went away before it was answered",
    labels: { service: SERVICES, status: STATUSES },
  }),
  open: declareGauge({
    name: "thalamus_dicomweb_requests_open",
    help: "Requests in work now",
  }),
  refused: declareCounter({
    name: "thalamus_dicomweb_instances_refused_total",
    help: "Instances of store requests that were not stored, by error code",
    labels: { code: INSTANCE_REFUSALS },
  }),
  sent: declareCounter({
    name: "thalamus_dicomweb_sent_bytes_total",
    help: "Bytes of instances, frames and bulk data that were sent",
  }),
} as const;

export interface DicomwebCounts {
  request(service: string, status: string): void;
  refused(code: string): void;
  sent(bytes: number): void;
  /** @returns ends the reading */
  readOpen(open: () => number): () => void;
}

export function dicomwebCounts(metrics: Metrics): DicomwebCounts {
  const requests = metrics.counter(DicomwebMetrics.requests);
  const refused = metrics.counter(DicomwebMetrics.refused);
  const sent = metrics.counter(DicomwebMetrics.sent).of({});
  return {
    request: (service, status) => requests.of({ service, status }).add(),
    refused: (code) => refused.of({ code }).add(),
    sent: (bytes) => sent.add(bytes),
    readOpen: (open) => metrics.read(DicomwebMetrics.open, () => [{ labels: {}, value: open() }]),
  };
}
