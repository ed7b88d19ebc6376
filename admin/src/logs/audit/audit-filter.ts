// What the audit trail is filtered by: accounts, kinds, ids and times, so that it can stand in the address.
import type { ListAuditQuery } from "../../api.gen.ts";
import { UUID } from "../log-search.ts";
import { KIND_WORDS, OUTCOME_WORDS } from "./audit-words.ts";

export type AuditFilter = Omit<ListAuditQuery, "before" | "limit">;

/** The address has times of the browser's zone; the hub wants them in UTC. */
export function auditFilterOf(address: URLSearchParams): AuditFilter {
  const given = (name: string) => address.get(name) ?? "";
  const by = given("by") === "" ? "people" : given("by");
  const from = timeOf(given("from"));
  const until = timeOf(given("until"));
  return {
    ...(by === "people" || by === "hub" ? { by } : {}),
    ...(given("actor") === "" ? {} : { actor: given("actor") }),
    ...(given("kind") in KIND_WORDS ? { kind: given("kind") as keyof typeof KIND_WORDS } : {}),
    ...(given("outcome") in OUTCOME_WORDS ? { outcome: given("outcome") as keyof typeof OUTCOME_WORDS } : {}),
    ...(UUID.test(given("studyId")) ? { studyId: given("studyId") } : {}),
    ...(given("address") === "" ? {} : { address: given("address") }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

export function auditExport(filter: AuditFilter, format: "csv" | "json"): string {
  const given = Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]);
  return `/api/audit.${format}${given.length === 0 ? "" : `?${new URLSearchParams(given)}`}`;
}

function timeOf(text: string): string | undefined {
  const time = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
