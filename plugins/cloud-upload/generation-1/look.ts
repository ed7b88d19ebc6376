// Asks a cloud of generation 1 how far an order is, and takes its result in every format that there is.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type NewResult,
  type Outcome,
  Permanent,
  printable,
  processed,
  type ResultFile,
  waits,
} from "@thalamus/sdk";
import { pictureAsPdf } from "@thalamus/sdk/reports";
import { Type } from "typebox";
import { CloudMetrics } from "../metrics.ts";
import { subjectOf } from "../order/memo.ts";
import { nextLookMs } from "../order/next-look.ts";
import { cloudProgress, type KnownOrder, type OrderWork, STAGES } from "../order/order-work.ts";
import { CloudRefusal } from "../trouble.ts";
import type { OldCalls } from "./calls.ts";
import { readReport } from "./old-report.ts";
import { withoutPadding } from "./session-cipher.ts";

export const JobStatus = Type.Object({
  started: Type.Boolean(),
  finished: Type.Boolean(),
  failed: Type.Optional(Type.Boolean()),
  progress: Type.Optional(Type.Number()),
  info: Type.Optional(Type.String()),
});

/** What each format is among artifacts. The data are first: they say whose order it was. */
const FORMATS = [
  { format: "json", name: "data", file: "data.json", mediaType: "application/json" },
  { format: "png", name: "preview", file: "preview.png", mediaType: "image/png" },
  { format: "txt", name: "summary", file: "summary.txt", mediaType: "text/plain" },
  { format: "xml", name: "xml", file: "report.xml", mediaType: "application/xml" },
  { format: "features", name: "features", file: "features.csv", mediaType: "text/csv" },
] as const;

const LONGEST_INFO = 200;

export async function look(
  work: OrderWork,
  calls: OldCalls,
  order: KnownOrder,
  signal: AbortSignal,
): Promise<Outcome> {
  const status = await calls.json(JobStatus, "/api/checkStatus/", { orderId: order.id }, signal);
  if (status.failed) {
    const info = printable(status.info ?? "", LONGEST_INFO);
    throw new Permanent(
      "cloud-upload.failed",
      `The cloud could not process the study${info && `: ${info}`}.`,
    );
  }
  if (status.finished) return processed(await takeResult(work, calls, order, signal));
  return waits({
    afterMs: nextLookMs(work, order, 0),
    progress: cloudProgress(Math.max(0, Math.min(100, status.progress ?? 0))),
    stage: STAGES.processing,
    isSent: true,
  });
}

async function takeResult(
  { step, cloud }: OrderWork,
  calls: OldCalls,
  order: KnownOrder,
  signal: AbortSignal,
): Promise<NewResult> {
  const workspace = await step.workspace();
  const files: ResultFile[] = [];
  const skipped: string[] = [];
  let report: ReturnType<typeof readReport> | undefined;
  for (const { format, name, file, mediaType } of FORMATS) {
    step.progress(0.95 + files.length / 100, STAGES.fetching);
    const body = { orderId: order.id, format };
    const bytes = await calls.bytes("/api/getResults/", body, signal).catch(notThere);
    if (bytes === undefined) {
      skipped.push(format);
      continue;
    }
    const content = format === "png" ? bytes : withoutPadding(bytes);
    if (format === "json") report = readReport(content);
    files.push(await kept(join(workspace, file), name, mediaType, content));
    if (format !== "png") continue;
    // the report of this generation is a picture; what it is delivered to wants a page
    const page = await pictureAsPdf(content, "Report").catch(() => undefined);
    if (page) files.push(await kept(join(workspace, "report.pdf"), "report", "application/pdf", page));
  }
  requireOwn(report?.orderId, order);
  cloud.metrics.counter(CloudMetrics.results).of({ kind: "diagnostic" }).add();
  const warnings = skipped.map((format) => `The cloud has no result in the format ${format}.`);
  const product = { id: step.order.product, version: report?.version ?? "unknown" };
  // what this API says of whose it is: the order, and nothing of the study
  const subject = subjectOf(order);
  return { kind: "diagnostic", product, files, indexes: report?.indexes ?? [], warnings, subject };
}

async function kept(path: string, name: string, mediaType: string, content: Buffer): Promise<ResultFile> {
  await writeFile(path, content, { mode: 0o600 });
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { name, path, mediaType, bytes: content.length, sha256 };
}

/**
 * The API knows neither study nor patient, so its result is tied to the copy by the order alone: the report must name the
 * order that was remembered together with the copy's names when the copy was sent.
 */
function requireOwn(said: string | undefined, order: KnownOrder): void {
  if (said === order.id) return;
  const message =
    said === undefined
      ? "The result does not say which order it belongs to, so nobody can tell whose it is."
      : "The result says that it belongs to another order.";
  throw new Permanent("cloud-upload.other-order", message);
}

/** Not every product has every format. */
function notThere(error: unknown): undefined {
  if (error instanceof CloudRefusal && error.problem !== "order-expired") return undefined;
  throw error;
}
