// The value of an element as a person can read it, the entries of CSA headers too.
import { bytesInWords, shortWords, valueWords, withoutPadding } from "@thalamus/sdk/dicom";
import type { WatchedElement, WatchedValue } from "../elements/element-watch.ts";
import { csaEntriesOf } from "../vendors/siemens-csa.ts";

/** @returns undefined when there is none */
export function shownValue(value: WatchedValue | undefined, element: WatchedElement): string | undefined {
  if (value === undefined) return undefined;
  if (!Buffer.isBuffer(value)) return bytesInWords(value.length);
  return shortWords(element.isCsa ? csaText(value) : valueWords(value, element));
}

/** Its entries; those that are filled first, because there are more than anybody reads. */
function csaText(value: Buffer): string {
  const entries = csaEntriesOf(value);
  if (!entries) return bytesInWords(value.length);
  const filled = entries.map(({ name, parts }) => ({
    name,
    values: parts.map(withoutPadding).filter(Boolean),
  }));
  const lines = filled
    .filter(({ values }) => values.length > 0)
    .map(({ name, values }) => `${name}=${shortWords(values.join("\\").replaceAll(/\s+/g, " "))}`);
  return `CSA header, ${entries.length} entries, ${bytesInWords(value.length)}: ${lines.join("; ")}`;
}
