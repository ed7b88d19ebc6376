// What is looked for in the log. The words stay in memory; only what names nobody goes into the address.
import { phrase } from "@thalamus/sdk/ui";
import type { SearchLogsBody } from "../api.gen.ts";

export type LogSearch = Omit<SearchLogsBody, "order" | "limit" | "cursor">;
export type LogLevel = NonNullable<LogSearch["level"]>;

/** What the fields of the page hold. */
export interface LogFilter {
  readonly level: LogLevel | "";
  readonly part: string;
  /** A whole id, or empty. */
  readonly studyId: string;
  readonly text: string;
  readonly regex: boolean;
  readonly span: Span;
  /** As date fields give them, in the browser's zone; for a custom span. */
  readonly from: string;
  readonly until: string;
}

export type Span = keyof typeof SPANS;

const MINUTE = 60_000;
export const SPANS = {
  all: { word: phrase("All days"), ms: 0 },
  "15min": { word: phrase("Last 15 minutes"), ms: 15 * MINUTE },
  "1h": { word: phrase("Last hour"), ms: 60 * MINUTE },
  "24h": { word: phrase("Last 24 hours"), ms: 24 * 60 * MINUTE },
  "7d": { word: phrase("Last 7 days"), ms: 7 * 24 * 60 * MINUTE },
  custom: { word: phrase("From … until …"), ms: 0 },
} as const;

export const NO_FILTER: LogFilter = {
  ...{ level: "", part: "", studyId: "", text: "", regex: false, span: "all", from: "", until: "" },
};

export const isFiltered = (filter: LogFilter): boolean =>
  Object.entries(NO_FILTER).some(
    ([name, none]) => name !== "regex" && filter[name as keyof LogFilter] !== none,
  );

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param now the end of a span that ends now */
export function searchOf(filter: LogFilter, now: number): LogSearch {
  const { level, part, studyId, text, regex, span } = filter;
  const from =
    span === "custom" ? timeOf(filter.from) : SPANS[span].ms > 0 ? iso(now - SPANS[span].ms) : undefined;
  const until = span === "custom" ? timeOf(filter.until) : undefined;
  return {
    ...(level === "" ? {} : { level }),
    ...(part === "" ? {} : { part }),
    ...(UUID.test(studyId) ? { studyId: studyId.toLowerCase() } : {}),
    ...(text.trim() === "" ? {} : { text, regex }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

const iso = (time: number): string => new Date(time).toISOString();

function timeOf(text: string): string | undefined {
  const time = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : iso(time);
}

const IN_ADDRESS = ["level", "part", "studyId", "span", "from", "until"] as const;

export function filterOf(address: URLSearchParams): LogFilter {
  const given = Object.fromEntries(IN_ADDRESS.map((name) => [name, address.get(name) ?? NO_FILTER[name]]));
  const filter = { ...NO_FILTER, ...given } as LogFilter;
  return filter.span in SPANS ? filter : { ...filter, span: "all" };
}

export function addressOf(filter: LogFilter): URLSearchParams {
  const given = IN_ADDRESS.filter((name) => filter[name] !== NO_FILTER[name]);
  return new URLSearchParams(given.map((name) => [name, filter[name]]));
}
