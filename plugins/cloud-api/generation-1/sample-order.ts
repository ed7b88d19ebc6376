// The order TEST, which is always finished: client libraries try themselves on it, and its numbers are made up.
import type { DeskResult } from "@thalamus/sdk";
import type { OrderStatus } from "./order-calls.ts";

export const isSample = (orderId: string): boolean => orderId === "TEST";

export const SAMPLE_STATUS: OrderStatus = {
  ...{ started: true, finished: true, failed: false, progress: 100 },
  info: "Finished",
};

/** Without files: every format but the picture is made of the indexes. */
export const SAMPLE_RESULT: DeskResult = {
  product: "sample",
  productVersion: "1",
  kind: "diagnostic",
  createdAt: new Date("2026-01-01T00:00:00Z"),
  files: [],
  indexes: [
    { name: "Sample A", value: 0.25, unit: "1" },
    { name: "Sample B", value: 0.75, unit: "1" },
  ],
  warnings: ["These numbers are made up, for trying out clients."],
  error: undefined,
};

/** One grey pixel. */
export const SAMPLE_PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);
