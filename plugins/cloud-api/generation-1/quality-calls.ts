// The quality check of generation 1: what the checks said of the data, as a table, as text or as JSON.
import type { CheckLine, QualityAnswer } from "@thalamus/sdk";
import { post } from "./call.ts";
import { refusal } from "./error-words.ts";
import { FormatFields, requireUuid } from "./request-fields.ts";
import { csvField } from "./result-texts.ts";
import { isSample } from "./sample-order.ts";

/** One row, with the keys that clients read. */
interface QualityRow {
  readonly Check: string;
  readonly Status: string;
  readonly Found: string;
  readonly Wanted: string;
}

/** Where clients look for the verdict over all; the checks come before it, and the rest of them behind it. */
const OVERALL = 11;
const NO_ROW: QualityRow = { Check: "", Status: "N/A", Found: "", Wanted: "" };

const FORMATS: Readonly<
  Record<string, { rows(rows: readonly QualityRow[]): string; failed(code: string): string }>
> = {
  json: { rows: (rows) => JSON.stringify(rows), failed: (code) => JSON.stringify({ status: "FAIL", code }) },
  txt: { rows: textOf, failed: (code) => `QC FAILED ${code}\n` },
  csv: { rows: csvOf, failed: (code) => `QC FAILED,${code}\r\n` },
};

export const qcCheck = post("orders:read", FormatFields, async (call) => {
  const name = call.fields.format.toLowerCase();
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw refusal("bad-format");
  if (isSample(call.fields.orderId)) return format.rows(rowsOf({ verdict: "pass", lines: [] }));
  const orderId = requireUuid(call.fields.orderId);
  const answer = await call.desk.quality(call.caller, orderId);
  const code = unreadable(answer);
  return code === undefined ? format.rows(rowsOf(answer)) : format.failed(code);
});

/** Data that could not even be taken in has one line, with an error code in place of a check's id. */
function unreadable({ verdict, lines }: QualityAnswer): string | undefined {
  const [line, ...more] = lines;
  if (verdict !== "fail" || line === undefined || more.length > 0 || !line.id.includes(".")) return undefined;
  // the codes that clients know
  return line.id.startsWith("upload.") ? "ERR_UNZIP_FAILED" : "ERR_GENERIC";
}

/** At least twelve; the one over all is always at the same place. */
export function rowsOf({ verdict, lines }: QualityAnswer): readonly QualityRow[] {
  const rows = lines.map(rowOf);
  const first = Array.from({ length: OVERALL }, (_, index) => rows[index] ?? NO_ROW);
  const overall = { ...NO_ROW, Check: "Overall", Status: verdict === "fail" ? "FAIL" : "PASS" };
  return [...first, overall, ...rows.slice(OVERALL)];
}

const STATUS: Readonly<Record<CheckLine["verdict"], string>> = {
  ...{ pass: "PASS", fail: "FAIL", warn: "WARN" },
  ...{ bypassed: "PASS", "not-run": "N/A" },
};

const rowOf = ({ title, verdict, found, wanted }: CheckLine): QualityRow => ({
  Check: title,
  Status: STATUS[verdict],
  Found: found,
  Wanted: wanted,
});

function textOf(rows: readonly QualityRow[]): string {
  const shown = rows.filter(({ Check }) => Check !== "" && Check !== "Overall");
  const overall = rows[OVERALL]!.Status;
  const lines = shown.map(({ Check, Status, Found, Wanted }) => `${Status} ${Check}: ${Found} (${Wanted})`);
  return [`QC ${overall === "PASS" ? "PASSED" : "FAILED"}`, ...lines, ""].join("\n");
}

function csvOf(rows: readonly QualityRow[]): string {
  const fields = ["Check", "Status", "Found", "Wanted"] as const;
  const lines = rows
    .filter(({ Check }) => Check !== "")
    .map((row) => fields.map((name) => csvField(row[name])));
  return [fields, ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}
