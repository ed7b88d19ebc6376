// What the cloud API counts for monitoring: requests by generation and answer, sign-ins, bytes both ways.
import { declareCounter, declareGauge, type Metrics } from "@thalamus/sdk";

export type Door = "generation-1" | "generation-2" | "parts" | "none";

const DOORS: readonly Door[] = ["generation-1", "generation-2", "parts", "none"];
const STATUSES = [
  ...["200", "201", "202", "204", "206", "304", "400", "401", "403", "404", "405", "408", "409", "410"],
  ...["413", "415", "416", "429", "500", "502", "503", "507", "gone"],
];

export const CloudApiMetrics = {
  requests: declareCounter({
    name: "thalamus_cloud_api_requests_total",
    help: "Requests by door and HTTP status; gone: the client went away before it was answered",
    labels: { door: DOORS, status: STATUSES },
  }),
  open: declareGauge({
    name: "thalamus_cloud_api_requests_open",
    help: "Requests in work now, uploads of parts among them",
  }),
  signIns: declareCounter({
    name: "thalamus_cloud_api_sign_ins_total",
    help: "Connections of generation 1 and tokens of generation 2 that were asked for, by outcome",
    labels: { kind: ["connection", "token"], outcome: ["granted", "refused"] },
  }),
  received: declareCounter({
    name: "thalamus_cloud_api_received_bytes_total",
    help: "Bytes of parts that arrived",
  }),
  sent: declareCounter({
    name: "thalamus_cloud_api_sent_bytes_total",
    help: "Bytes of result files that were sent",
  }),
} as const;

export interface CloudApiCounts {
  request(door: Door, status: string): void;
  signIn(kind: "connection" | "token", outcome: "granted" | "refused"): void;
  received(bytes: number): void;
  sent(bytes: number): void;
  /** @returns ends the reading */
  readOpen(open: () => number): () => void;
}

export function cloudApiCounts(metrics: Metrics): CloudApiCounts {
  const requests = metrics.counter(CloudApiMetrics.requests);
  const signIns = metrics.counter(CloudApiMetrics.signIns);
  const received = metrics.counter(CloudApiMetrics.received).of({});
  const sent = metrics.counter(CloudApiMetrics.sent).of({});
  return {
    request: (door, status) => requests.of({ door, status }).add(),
    signIn: (kind, outcome) => signIns.of({ kind, outcome }).add(),
    received: (bytes) => received.add(bytes),
    sent: (bytes) => sent.add(bytes),
    readOpen: (open) => metrics.read(CloudApiMetrics.open, () => [{ labels: {}, value: open() }]),
  };
}
