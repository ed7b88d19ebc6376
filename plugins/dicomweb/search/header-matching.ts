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
      return wildcard(matching).test(value);
    case "range": {
      const { from = "", to } = matching;
      return value !== "" && value >= from && (to === undefined || value <= to);
    }
  }
}

function wildcard({ pattern, ignoreCase }: Extract<ArchiveMatching, { kind: "wildcard" }>): RegExp {
  // stars in a row mean the same as one, and would take for ever
  const parts = pattern.replaceAll(/\*+/g, "*").split(/([*?])/);
  const source = parts.map((part) => {
    if (part === "*") return "[^]*";
    return part === "?" ? "[^]" : part.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`, ignoreCase ? "iu" : "u");
}
