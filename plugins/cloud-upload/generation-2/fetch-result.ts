// Fetches a result of the cloud, every file of it, and compares each with the checksum that the table of contents names.
import { join } from "node:path";
import {
  type HttpAnswer,
  type NewResult,
  Permanent,
  printable,
  type ResultFile,
  Transient,
} from "@thalamus/sdk";
import { type CloudResultIndex, DIGEST_HEADER } from "@thalamus/sdk/cloud";
import { CloudMetrics } from "../metrics.ts";
import { type KnownOrder, type OrderWork, STAGES } from "../order/order-work.ts";
import { CloudAway } from "../trouble.ts";
import type { CloudCalls, ResultKind } from "./calls.ts";

const MOST_FILES = 500;
const LONGEST_TEXT = 500;
/** Names of artifacts: `report`, `maps/FA`. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const LONGEST_NAME = 100;
/** Codes as the hub knows them; others are the cloud's own words. */
const CODE = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+$/;

type Entry = CloudResultIndex["results"][number];
type CloudFile = Entry["files"][number];

/**
 * @throws CloudAway, CloudRefusal; Permanent `cloud-upload.bad-result`; Transient `cloud-upload.bad-digest`
 */
export async function fetchResult(
  { step, cloud }: OrderWork,
  calls: CloudCalls,
  order: KnownOrder,
  kind: ResultKind,
  signal: AbortSignal,
): Promise<NewResult> {
  const index = await calls.resultIndex(order.id, kind, signal);
  if (index.order_id !== order.id) {
    throw new CloudAway("cloud-upload.bad-answer", "The cloud answered with the result of another order.");
  }
  // one product was ordered; the cloud may know it by another name, too
  const entries = index.results.filter((one) => one.kind === kind);
  const entry = entries.find(({ product }) => product === order.product) ?? entries[0];
  if (!entry) {
    throw new CloudAway("cloud-upload.bad-answer", "The cloud's table of contents lacks the product.");
  }
  requireSensible(entry.files, cloud.settings.maxResultMegabytes * 1_000_000);
  const workspace = await step.workspace();
  const files: ResultFile[] = [];
  for (const [at, file] of entry.files.entries()) {
    step.progress(1 - 0.05 * (1 - at / entry.files.length), STAGES.fetching);
    const path = join(workspace, `${at + 1}${extensionOf(file.media_type)}`);
    const saveTo = { path, maxBytes: file.bytes };
    const which = { product: entry.product, report_type: file.report_type, name: file.name };
    requireWhole(file, await calls.resultFile(order.id, kind, which, saveTo, signal));
    const { name, bytes, sha256 } = file;
    files.push({ name, path, mediaType: printable(file.media_type, LONGEST_NAME), bytes, sha256 });
  }
  cloud.metrics.counter(CloudMetrics.results).of({ kind }).add();
  const subject = { studyInstanceUid: index.study_uid, patientPseudonym: index.patient_id };
  return { ...contentOf(entry), product: productOf(step.order.product, entry), files, subject };
}

const productOf = (id: string, { product_version: version }: Entry): NewResult["product"] => ({
  id,
  version: printable(version, LONGEST_NAME) || "unknown",
});

function contentOf(entry: Entry): Pick<NewResult, "kind" | "indexes" | "warnings" | "error"> {
  const { kind, error } = entry;
  const indexes = entry.indexes.map(({ name, value, unit }) => {
    return { name: printable(name, LONGEST_NAME), value, unit: printable(unit, LONGEST_NAME) };
  });
  const warnings = entry.warnings.map((warning) => printable(warning, LONGEST_TEXT));
  if (kind === "diagnostic") return { kind, indexes, warnings };
  return { kind, indexes, warnings, error: failureOf(error) };
}

/** What the cloud says of a failure, in the hub's form. */
export function failureOf(
  said: { readonly code: string; readonly message: string } | null,
): NonNullable<NewResult["error"]> {
  const message = printable(said?.message ?? "", LONGEST_TEXT) || "The cloud does not say why.";
  const code = said?.code ?? "";
  if (CODE.test(code) && code.length <= LONGEST_NAME) return { code, message };
  const shown = printable(code, LONGEST_NAME);
  return { code: "cloud-upload.failed", message: shown === "" ? message : `${message} (${shown})` };
}

/** @throws Permanent before anything is fetched */
function requireSensible(files: readonly CloudFile[], mostBytes: number): void {
  const names = new Set(files.map(({ name }) => name));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const isGood = files.every(({ name }) => NAME.test(name) && name.length <= LONGEST_NAME);
  if (files.length > 0 && files.length <= MOST_FILES && names.size === files.length && isGood) {
    if (bytes <= mostBytes) return;
    const message = "The result is larger than the settings allow (maxResultMegabytes).";
    throw new Permanent("cloud-upload.bad-result", message);
  }
  const message = "The result's table of contents has no files, too many, or names that are none.";
  throw new Permanent("cloud-upload.bad-result", message);
}

/** @throws Transient when it is not what the table of contents says */
function requireWhole(file: CloudFile, { saved, isTruncated, headers }: HttpAnswer): void {
  const told = digestIn(headers[DIGEST_HEADER.toLowerCase()]);
  const isWhole = !isTruncated && saved?.bytes === file.bytes && saved?.sha256 === file.sha256;
  if (isWhole && (told === undefined || told === file.sha256)) return;
  const message = "A file of the result is not what the cloud says it is; it is fetched again.";
  throw new Transient("cloud-upload.bad-digest", message);
}

/** RFC 9530: `sha-256=:base64:`, among others. */
function digestIn(header: string | undefined): string | undefined {
  const [, base64] = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):/.exec(header ?? "") ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("hex");
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "application/pdf": ".pdf",
  "application/json": ".json",
  "application/xml": ".xml",
  "application/dicom": ".dcm",
  "application/zip": ".zip",
  "application/gzip": ".gz",
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/svg+xml": ".svg",
  "text/csv": ".csv",
  "text/plain": ".txt",
  "text/html": ".html",
  "text/xml": ".xml",
  "application/x-nifti": ".nii.gz",
};

/** The hub's copy of the file is named by it. */
export const extensionOf = (mediaType: string): string =>
  EXTENSIONS[mediaType.split(";", 1)[0]!.trim().toLowerCase()] ?? ".bin";
