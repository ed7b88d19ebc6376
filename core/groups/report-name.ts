// what the file of a report is called, by the template of its group.
import { REPORT_TITLE } from "./prediction-indexes.ts";

export const DEFAULT_FILE_NAME = "{group_name} {report_type} {date}";

const PLACEHOLDER = /\{([^{}]*)\}/g;
const KNOWN = ["group_name", "report_type", "date"];
/** File systems take 255, and some add to a name. */
const LONGEST_BYTES = 200;

/** Why a template is none; undefined when it is one. */
export function fileNameProblem(template: string): string | undefined {
  const unknown = [...template.matchAll(PLACEHOLDER)]
    .map(([, name = ""]) => name)
    .filter((one) => !KNOWN.includes(one));
  if (unknown.length > 0)
    return `There is no {${unknown[0]}}; there are {group_name}, {report_type} and {date}.`;
  if (/[{}]/.test(template.replaceAll(PLACEHOLDER, ""))) return "A brace stands alone.";
  return /[\p{L}\p{N}{]/u.test(template) ? undefined : "It would leave no name.";
}

/**
 * A name that every file system and every mail reader takes.
 * @param timeZone IANA name; that of the machine when left out
 */
export function reportFileName(template: string, groupName: string, at: Date, timeZone?: string): string {
  const values: Readonly<Record<string, string>> = {
    group_name: groupName,
    report_type: REPORT_TITLE,
    date: dateIn(at, timeZone),
  };
  const filled = template.replaceAll(PLACEHOLDER, (_, name: string) => values[name] ?? "");
  const safe = filled
    .normalize("NFC")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\p{L}\p{M}\p{N} ._()+-]/gu, "_")
    .replace(/^[\s.]+/, "")
    .replace(/\.csv$/i, "");
  return `${shortened(safe).trim() || "report"}.csv`;
}

function shortened(name: string): string {
  let bytes = 0;
  const fitting = [...name].filter((char) => {
    bytes += Buffer.byteLength(char);
    return bytes <= LONGEST_BYTES;
  });
  return fitting.join("");
}

/** ISO 8601, as the clock on the wall has it. */
const dateIn = (at: Date, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat("sv-SE", timeZone === undefined ? {} : { timeZone }).format(at);
