// What the ledger is filtered by: ids, names and times only, so that it can stand in the address.
import type { ExportReceiptsQuery } from "../api.gen.ts";
import { dayStart } from "../list/day-range.ts";
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
