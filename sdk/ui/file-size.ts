// Sizes of files in words.
import { numberText } from "./language.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** `0 B`, `912 B`, `4.1 MB`, `38 GB`; decimal units as operating systems show them. */
export function fileSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  const digits = power > 0 && value < 10 ? 1 : 0;
  return `${numberText(value, digits)} ${UNITS[power]}`;
}
