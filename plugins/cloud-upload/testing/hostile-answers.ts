// What the cloud for tests answers with, and by which names its calls go.
import { createHash } from "node:crypto";
import type { CloudResultIndex, CloudStatus, NewCloudOrder } from "@thalamus/sdk/cloud";

export type CallName =
  | ("token" | "new-order" | "status" | "cancel" | "initiate" | "urls" | "put" | "complete" | "abort")
  | ("results" | "failure-report" | "list-orders" | "heartbeat" | "test-token" | "unknown");

export interface HostileOrder {
  readonly id: string;
  readonly wanted: NewCloudOrder;
  status: CloudStatus;
  /** Looks at it until it is delivered. */
  looksLeft: number;
  upload: { readonly id: string; readonly bytes: number; readonly parts: Map<number, Buffer> } | undefined;
  archive: Buffer | undefined;
  updatedAt: string;
  readonly batch?: string;
}

export interface HostileFile {
  readonly name: string;
  readonly report_type: string | null;
  readonly media_type: string;
  readonly content: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const json = (status: number, value: object): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(value)),
});

export const etagOf = (part: Buffer): string => `"${createHash("md5").update(part).digest("hex")}"`;

const PATHS: Readonly<Record<string, CallName>> = {
  "GET /auth/token": "token",
  "POST /new-order": "new-order",
  "GET /status": "status",
  "PATCH /cancel-order": "cancel",
  "POST /upload/multipart/initiate": "initiate",
  "POST /upload/multipart/presigned-urls": "urls",
  "POST /upload/multipart/complete": "complete",
  "POST /upload/multipart/abort": "abort",
  "GET /results": "results",
  "GET /failure-report": "failure-report",
  "GET /list-orders": "list-orders",
  "GET /test-token": "test-token",
  "POST /agents/heartbeat": "heartbeat",
};

export const nameOf = (method: string, path: string): CallName =>
  path.startsWith("/parts/") ? "put" : (PATHS[`${method} ${path}`] ?? "unknown");

type HostileOrderSight = Omit<HostileOrder, "batch"> & { readonly batch?: string | null };

export function sightOf({ id, wanted, status, updatedAt, batch = null }: HostileOrderSight): object {
  const kind = status === "FAILED" ? "failure" : "diagnostic";
  const hasResult = status === "FAILED" || status === "DELIVERED";
  const results = hasResult
    ? wanted.products.map((product) => ({ product, kind, report_types: ["pdf"] }))
    : [];
  const isOver = status !== "PENDING" && status !== "DX_STARTED";
  return {
    ...{ order_id: id, status, progress: isOver ? 100 : 40, info: "", products: wanted.products },
    ...{ study_uid: wanted.study_uid ?? null, study_name: null, batch_id: null, batch_name: batch },
    ...{ created_at: updatedAt, updated_at: updatedAt, expires_at: null, results, poll_after: null },
    failure: status === "FAILED" ? { code: "dti-metrics.no-dti-series", message: "No DTI series." } : null,
  };
}

export function indexOf(
  { id, wanted }: HostileOrder,
  kind: "diagnostic" | "failure",
  files: readonly HostileFile[],
): CloudResultIndex {
  const failure = { code: "dti-metrics.no-dti-series", message: "No DTI series." };
  const entry = {
    ...{ product: wanted.products[0]!, product_version: "1.2.0", kind, created_at: new Date().toISOString() },
    indexes: kind === "failure" ? [] : [{ name: "FA", value: 0.43, unit: "1" }],
    ...{ warnings: [], error: kind === "failure" ? failure : null },
    files: files.map(({ content, ...file }) => ({
      ...file,
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
  };
  const { study_uid = "", patient_pseudonym: patient_id = "" } = wanted;
  return { order_id: id, study_uid, patient_id, results: [entry] };
}
