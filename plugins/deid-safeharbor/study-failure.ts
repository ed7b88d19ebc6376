// Turns what went wrong with a file into what a person or the hub can act on; no name, no path, no value.
import { MalformedDataset, TruncatedDataset } from "@thalamus/sdk/dicom";
import { Permanent, Transient } from "@thalamus/sdk/errors";

/**
 * @param file `file 3 of 20`
 * @returns what to throw: an abort and a bug go on as they are
 */
export function failureOf(error: unknown, file: string, signal: AbortSignal): unknown {
  if (error instanceof Permanent || error instanceof Transient || error === signal.reason) return error;
  if (error instanceof MalformedDataset || error instanceof TruncatedDataset) {
    return new Permanent("deid-safeharbor.unreadable", `${capital(file)} cannot be read: ${error.message}.`);
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new Transient("deid-safeharbor.no-space", "There is no space for the copy of the study.");
  }
  // a path would say who the patient is
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) {
    return new Transient("deid-safeharbor.files", `${capital(file)} cannot be read or written (${code}).`);
  }
  return error;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
