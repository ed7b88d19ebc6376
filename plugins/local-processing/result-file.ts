// Reads result.json of a run that ended well, and trusts it only when everything it says is so.
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cleaner, type NewResult, printable, type Static, Type } from "@thalamus/sdk";
import { Check } from "typebox/value";
import { ownFailure, type ProcessingFailure } from "./failure.ts";
import { CONTRACT, type Product } from "./product-description.ts";
import { checkFiles, ListedFile } from "./result-files.ts";
import type { ProductReason } from "./run-verdict.ts";

const LONGEST_FILE = 16 * 1024 ** 2;
const MOST_FILES = 1000;
const MOST_INDEXES = 1000;
const MOST_WARNINGS = 50;

const Verdict = Type.Object({
  name: Type.String(),
  value: Type.Optional(Type.String()),
  limit: Type.Optional(Type.String()),
  status: Type.String(),
});

const ResultDescription = Type.Object({
  contract: Type.Literal(CONTRACT),
  product: Type.Object({ id: Type.String(), version: Type.String() }),
  jobId: Type.String(),
  status: Type.Union([Type.Literal("done"), Type.Literal("done-with-warnings")]),
  indexes: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1, maxLength: 100 }),
        value: Type.Union([Type.Number(), Type.Null()]),
        unit: Type.Optional(Type.String({ maxLength: 40 })),
      }),
      { maxItems: MOST_INDEXES },
    ),
  ),
  warnings: Type.Optional(Type.Array(Type.String())),
  files: Type.Array(ListedFile, { maxItems: MOST_FILES }),
});

const FailureDescription = Type.Object({
  contract: Type.Literal(CONTRACT),
  status: Type.Union([Type.Literal("unsuitable"), Type.Literal("failed")]),
  error: Type.Object({ code: Type.String(), message: Type.String() }),
});

const Qc = Type.Object({ qc: Type.Object({ checks: Type.Array(Verdict) }) });

/** What a result must belong to. */
export interface ExpectedResult {
  readonly product: Product;
  readonly jobId: string;
  /** Absolute. */
  readonly outFolder: string;
  /** For texts of the product. */
  readonly clean: Cleaner;
}

/**
 * The diagnostic result of a run with exit code 0.
 * @throws ProcessingFailure `local-processing.no-result`, `local-processing.bad-result`
 */
export async function readResult(expected: ExpectedResult): Promise<NewResult> {
  const { product, jobId, outFolder, clean } = expected;
  const raw = await readJson(outFolder);
  if (raw === undefined) {
    throw ownFailure("local-processing.no-result", "The product ended without an error but left no result.");
  }
  if (!Check(ResultDescription, raw)) throw badResult("result.json does not follow the contract");
  if (raw.product.id !== product.id || raw.product.version !== product.version) {
    throw badResult("result.json is of another product or version");
  }
  if (raw.jobId !== jobId) throw badResult("result.json is of another job");
  return {
    kind: "diagnostic",
    product: { id: product.id, version: product.version },
    files: await checkFiles(raw.files, product, outFolder),
    indexes: (raw.indexes ?? []).map(({ name, value, unit = "" }) => ({ name, value, unit })),
    warnings: raw.status === "done" ? [] : warningsOf(raw, clean),
  };
}

/** The reason that result.json of a failed run gives; undefined when there is none. */
export async function readReason(outFolder: string): Promise<ProductReason | undefined> {
  const raw = await readJson(outFolder).catch(() => undefined);
  return Check(FailureDescription, raw) ? raw.error : undefined;
}

/** @returns undefined when there is no such file */
async function readJson(outFolder: string): Promise<unknown> {
  const path = join(outFolder, "result.json");
  const sight = await lstat(path).catch(() => undefined);
  if (sight === undefined) return undefined;
  if (!sight.isFile()) throw badResult("result.json is not a regular file");
  if (sight.size > LONGEST_FILE) throw badResult("result.json is larger than 16 MB");
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    throw badResult("result.json is not JSON");
  }
}

/** From `warnings`, else from the quality checks that did not pass, failed ones first. */
function warningsOf(raw: Static<typeof ResultDescription>, clean: Cleaner): readonly string[] {
  const told = (raw.warnings ?? []).map(clean).filter((text) => text !== "");
  const warnings = told.length > 0 ? told : failedChecks(raw).map(clean);
  if (warnings.length === 0) return ["The product reports warnings; its report says which."];
  return warnings.slice(0, MOST_WARNINGS);
}

function failedChecks(raw: unknown): string[] {
  if (!Check(Qc, raw)) return [];
  const { checks } = raw.qc;
  const failed = checks.filter(({ status }) => status === "fail");
  const doubtful = checks.filter(({ status }) => status === "warn");
  return [...failed, ...doubtful].map(({ name, value, limit }) => {
    return `${name}${value ? `: ${value}` : ""}${limit ? ` (limit ${limit})` : ""}`;
  });
}

const badResult = (what: string): ProcessingFailure =>
  ownFailure(
    "local-processing.bad-result",
    `The product's result cannot be trusted: ${printable(what, 200)}.`,
  );
