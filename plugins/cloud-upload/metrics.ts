// What is counted of uploads.
import { declareCounter } from "@thalamus/sdk";

export const CloudMetrics = {
  sentBytes: declareCounter({
    name: "thalamus_cloud_upload_sent_bytes_total",
    help: "Bytes of archives that arrived in the cloud",
  }),
  parts: declareCounter({
    name: "thalamus_cloud_upload_parts_total",
    help: "Parts that were sent; those that failed are sent again",
    labels: { outcome: ["arrived", "failed"] },
  }),
  results: declareCounter({
    name: "thalamus_cloud_upload_results_total",
    help: "Results that were fetched whole from the cloud",
    labels: { kind: ["diagnostic", "failure"] },
  }),
} as const;
