// Makes the report for an order that ended without a result: text, PDF, picture and data.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { printable } from "../clean-text.ts";
import type { CheckLine, NewResult, ResultFile } from "../outcome.ts";
import type { FailurePages } from "./failure-pages.ts";

/** Why there is no measurement. */
export interface FailureReason {
  readonly code: string;
  /** Without PHI. */
  readonly message: string;
  /** What a person can do. */
  readonly advice: string;
  /** The code as the product spelt it. */
  readonly productCode?: string;
}

/** An order that ended without a measurement. */
export interface FailedOrder {
  readonly orderId: string;
  /** The hub's own name for the study. */
  readonly studyLabel: string;
  readonly attempt: number;
  /** `name` as people know it; version `unknown` when the product is not installed or was never asked. */
  readonly product: { readonly id: string; readonly version: string; readonly name: string };
  /** What said no, when it was not the product: `Quality control`. */
  readonly application?: string;
  readonly reason: FailureReason;
  /** The checks that failed. */
  readonly lines?: readonly CheckLine[];
  readonly at: Date;
}

/** What a study is called on reports: the start of the hub's own id. */
export const studyLabel = (studyId: string): string => studyId.slice(0, 8);

/** What stands on the page, in order. */
export interface FailureText {
  readonly banner: string;
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly sections: readonly (readonly [heading: string, text: string])[];
  readonly footer: string;
}

/**
 * Writes the report into a folder, which is made, and gives the failure result with its artifacts `summary`,
 * `report`, `preview` and `data`. Nothing in it tells who the patient is. Should the page not be drawn,
 * `report` and `preview` are missing.
 * @throws an error of the file system
 */
export async function failureResult(order: FailedOrder, folder: string): Promise<NewResult> {
  await mkdir(folder, { recursive: true });
  const text = failureText(order);
  // without pages the text still says all there is to say
  const pages = await drawPages(text).catch(() => undefined);
  const drawn = pages && [
    await keep(folder, "report", "failure.pdf", "application/pdf", pages.pdf),
    await keep(folder, "preview", "failure.png", "image/png", pages.png),
  ];
  const { id, version } = order.product;
  const { code, message } = order.reason;
  return {
    kind: "failure",
    product: { id, version },
    files: [
      await keep(folder, "summary", "failure.txt", "text/plain", plainText(text)),
      ...(drawn ?? []),
      await keep(folder, "data", "failure.json", "application/json", dataOf(order)),
    ],
    indexes: [],
    warnings: [],
    error: { code, message },
  };
}

export function failureText(order: FailedOrder): FailureText {
  const { product, application, reason, orderId, studyLabel, at } = order;
  const named = product.version === "unknown" ? product.id : `${product.id} ${product.version}`;
  const asked = product.name === product.id ? named : `${product.name} (${named})`;
  const checks = checksText(order.lines ?? []);
  return {
    banner: "RESEARCH USE ONLY - NOT FOR DIAGNOSIS OR TREATMENT",
    title: application === undefined ? "Processing failed" : "Study not processed",
    facts: [
      ["Application", application ?? asked],
      ...(application === undefined ? [] : [["Ordered", asked] as const]),
      ["Order", orderId],
      ["Study", studyLabel],
      ["Date", `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`],
    ],
    sections: [
      ["Reason", `${reason.message}\nCode: ${reason.code}`],
      ...(checks === "" ? [] : [["Checks that failed", checks] as const]),
      ["What to do", reason.advice],
    ],
    footer:
      "Made by the integration hub in place of a result. It holds no measurement and no patient's name.",
  };
}

const MOST_LINES = 8;
const LONGEST_PART = 160;

/** One paragraph for each check; more than a page of them helps nobody. */
function checksText(lines: readonly CheckLine[]): string {
  const failed = lines.filter(({ verdict }) => verdict === "fail");
  const shown = failed.slice(0, MOST_LINES).map(({ id, title, found, wanted, howToFix }) => {
    const part = (text: string) => printable(text, LONGEST_PART);
    const remedy = howToFix === undefined ? "" : ` ${part(howToFix)}`;
    return `${id} ${part(title)}: found ${part(found)}; wanted ${part(wanted)}.${remedy}`;
  });
  const more = failed.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join("\n");
}

const LINE_WIDTH = 78;

function plainText({ banner, title, facts, sections, footer }: FailureText): string {
  const table = facts.map(([label, value]) => `${`${label}:`.padEnd(13)}${value}`);
  const paragraphs = sections.flatMap(([heading, text]) => ["", heading, ...text.split("\n").flatMap(wrap)]);
  return [banner, "", title, "", ...table, ...paragraphs, "", ...wrap(footer), ""].join("\n");
}

function wrap(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length > LINE_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function dataOf(order: FailedOrder): string {
  const { orderId, studyLabel, attempt, product, application, reason, lines = [], at } = order;
  const data = {
    contract: "hub.failure/1",
    code: reason.code,
    productCode: reason.productCode ?? null,
    message: reason.message,
    whatToDo: reason.advice,
    application: application ?? null,
    checks: lines
      .filter(({ verdict }) => verdict === "fail")
      .map(({ id, title, found, wanted, howToFix = null }) => ({ id, title, found, wanted, howToFix })),
    product: { id: product.id, version: product.version },
    orderId,
    studyLabel,
    attempt,
    at: at.toISOString(),
  };
  return `${JSON.stringify(data, null, 1)}\n`;
}

/** Drawn in a thread: a picture of a page takes a quarter of a second, and the hub is receiving meanwhile. */
function drawPages(text: FailureText): Promise<FailurePages> {
  const { promise, resolve, reject } = Promise.withResolvers<FailurePages>();
  const worker = new Worker(new URL("./failure-pages.ts", import.meta.url), { workerData: text });
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", (code) => reject(new Error(`the failure pages were not drawn (exit code ${code})`)));
  return promise;
}

async function keep(
  folder: string,
  name: string,
  fileName: string,
  mediaType: string,
  content: string | Uint8Array,
): Promise<ResultFile> {
  const bytes = Buffer.from(content);
  const path = join(folder, fileName);
  await writeFile(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name, path, mediaType, bytes: bytes.length, sha256 };
}
