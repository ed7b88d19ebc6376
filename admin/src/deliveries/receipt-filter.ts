// What the ledger is filtered by: ids, names and times only, so that it can stand in the address.
import type { ExportReceiptsQuery } from "../api.gen.ts";
import { OUTCOME_WORDS, type ReceiptOutcome } from "./receipt-words.ts";

/** The address has whole days of the browser's zone; the hub wants times. */
export function filterOf(search: URLSearchParams): ExportReceiptsQuery {
  const given = (name: string) => search.get(name) ?? "";
  const outcome = given("outcome");
  const from = dayStart(given("from"), 0);
  const until = dayStart(given("until"), 1);
  return {
    ...(given("target") === "" ? {} : { target: given("target") }),
    ...(outcome in OUTCOME_WORDS ? { outcome: outcome as ReceiptOutcome } : {}),
    ...(isId(given("studyId")) ? { studyId: given("studyId") } : {}),
    ...(isId(given("resultId")) ? { resultId: given("resultId") } : {}),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

export function exportAddress(filter: ExportReceiptsQuery): string {
  const given = Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]);
  return `/api/receipts.csv${given.length === 0 ? "" : `?${new URLSearchParams(given)}`}`;
}

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** @param day `2026-11-29`, as date fields give it */
function dayStart(day: string, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(date) + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
