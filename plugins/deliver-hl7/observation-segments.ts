// OBX and NTE: report, numbers, summary and warnings (HL7 2.5.1 chapter 7.4.2).
import { type ResultIndex, ucumOf } from "@thalamus/sdk";
import { escapeLines, type Hl7Field, type Hl7Segment, hl7TimeOfDicom } from "@thalamus/sdk/hl7";
import { statusOf } from "./order-segments.ts";
import type { ReportContent } from "./report-content.ts";
import type { Hl7Settings } from "./settings.ts";

interface Observation {
  readonly type: "ED" | "NM" | "TX" | "FT";
  readonly name: Hl7Field;
  readonly value: Hl7Field;
  readonly unit?: Hl7Field;
  /** Tells observations of one name apart. */
  readonly subId?: string;
  /** Instead of that of the message. */
  readonly status?: string;
}

/** LOINC. */
const REPORT = ["18748-4", "Diagnostic imaging report", "LN"];
/** Table 0085: results cannot be obtained for this observation. */
const NOT_OBTAINED = "X";

export function observations(settings: Hl7Settings, content: ReportContent): Hl7Segment[] {
  const { identity, timeZone } = content;
  const all = [
    ...failureText(settings, content),
    ...(settings.indexes ? content.result.indexes.map((index) => numberOf(settings, index)) : []),
    ...summaryText(settings, content),
    ...reportDocument(settings, content),
  ];
  const time = hl7TimeOfDicom(identity.studyDate, identity.studyTime, timeZone);
  return all.map(({ type, name, value, unit, subId, status }, index) => ({
    name: "OBX",
    fields: {
      1: String(index + 1),
      2: type,
      3: name,
      4: subId,
      5: value,
      6: unit,
      11: status ?? statusOf(settings, content),
      14: time,
    },
  }));
}

/** Comments, from whoever filled the order (table 0105: L, ancillary department). */
export const notes = ({ notes: wanted }: Hl7Settings, { result }: ReportContent): Hl7Segment[] =>
  (wanted ? result.warnings : []).map((warning, index) => ({
    name: "NTE",
    fields: { 1: String(index + 1), 2: "L", 3: { encoded: escapeLines(warning) } },
  }));

function numberOf({ codingSystem }: Hl7Settings, { name, value, unit }: ResultIndex): Observation {
  const ucum = ucumOf(unit);
  return {
    type: "NM",
    name: [name, name, codingSystem],
    value: value === null ? undefined : String(value),
    unit: ucum ? [ucum.code, ucum.meaning, "UCUM"] : [unit, unit, "L"],
    ...(value === null ? { status: NOT_OBTAINED } : {}),
  };
}

function failureText({ codingSystem }: Hl7Settings, { result }: ReportContent): Observation[] {
  if (!result.error) return [];
  const { code, message } = result.error;
  return [
    { type: "TX", name: ["failure", "Processing failed", codingSystem], value: `${message} (${code})` },
  ];
}

function summaryText(
  { summary: type, codingSystem }: Hl7Settings,
  { summary }: ReportContent,
): Observation[] {
  if (summary === undefined || type === "none") return [];
  const name = ["summary", "Summary", codingSystem];
  const text = summary.trimEnd();
  if (type === "FT") return [{ type, name, value: { encoded: escapeLines(text) } }];
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ type, name, value: line, subId: String(index + 1) }));
}

/** Encapsulated data (2.5.1 section 2.A.24): source, type, subtype, encoding, and the document itself. */
function reportDocument({ report: wanted }: Hl7Settings, { report }: ReportContent): Observation[] {
  if (!wanted || !report) return [];
  return [{ type: "ED", name: REPORT, value: ["", "application", "pdf", "Base64", report.base64] }];
}
