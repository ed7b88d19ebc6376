// Holds a header against conditions on attributes that the hub keeps nowhere else.
import type { ArchiveMatching } from "@thalamus/sdk";
import type { DatasetView } from "@thalamus/sdk/dicom";
import type { HeaderCondition } from "./search-query.ts";

const NUMBERS = new Set(["DS", "FD", "FL", "IS", "SL", "SS", "UL", "US"]);

/** Of an attribute with several values one has to match. */
export function matchesHeader(dataset: DatasetView, conditions: readonly HeaderCondition[]): boolean {
  return conditions.every(({ tag, vr, matching }) =>
    valuesOf(dataset, tag, vr).some((value) => matches(value, matching, NUMBERS.has(vr))),
  );
}

function valuesOf(dataset: DatasetView, tag: number, vr: string): string[] {
  if (NUMBERS.has(vr)) return dataset.numbers(tag, vr).map(String);
  return (dataset.text(tag) ?? "").split("\\").map((value) => value.trim());
}

function matches(value: string, matching: ArchiveMatching, numeric: boolean): boolean {
  switch (matching.kind) {
    case "any":
      return matching.values.some((wanted) =>
        numeric ? Number(wanted) === Number(value) : wanted === value,
      );
    case "wildcard":
      return matching.ignoreCase
        ? wildcardMatches(matching.pattern.toLowerCase(), value.toLowerCase())
        : wildcardMatches(matching.pattern, value);
    case "range": {
      const { from = "", to } = matching;
      return value !== "" && value >= from && (to === undefined || value <= to);
    }
  }
}

/**
 * PS3.4 C.2.2.2.4: `*` stands for any characters, `?` for one. No regular expression, for those take for ever on
 * patterns with many stars: here each star is tried anew only until the next one.
 */
export function wildcardMatches(pattern: string, value: string): boolean {
  const wanted = [...pattern];
  const found = [...value];
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < found.length) {
    if (wanted[at] === "*") {
      star = at;
      resume = index;
      at += 1;
    } else if (wanted[at] === "?" || wanted[at] === found[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      // the last star takes one character more
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  return wanted.slice(at).every((one) => one === "*");
}
