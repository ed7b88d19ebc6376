// What an answer means for the delivery, and what is kept of it; nothing of its body but an id.
import { type HttpAnswer, Permanent, Transient } from "@thalamus/sdk";
import type { RestSettings } from "./settings.ts";

/** Worth another try: time-out, too early, too many (RFC 9110, 8470, 6585); all from 500 on too. */
const AGAIN = new Set([408, 425, 429]);
const NOT_SIGNED_IN = new Set([401, 403, 407]);

/**
 * @throws Transient `deliver-rest.busy`: worth another try, after the time the server named
 * @throws Permanent `deliver-rest.sign-in`, `deliver-rest.refused`: a person has to look
 */
export function requireTaken({ status, retryAfterMs }: HttpAnswer, successStatuses: readonly number[]): void {
  const isSuccess =
    successStatuses.length > 0 ? successStatuses.includes(status) : status >= 200 && status < 300;
  if (isSuccess) return;
  if (AGAIN.has(status) || status >= 500) {
    throw new Transient("deliver-rest.busy", `The server answered ${status}.`, retryAfterMs);
  }
  if (NOT_SIGNED_IN.has(status)) {
    throw new Permanent(
      "deliver-rest.sign-in",
      `The server answered ${status}: it does not take the credentials.`,
    );
  }
  throw new Permanent("deliver-rest.refused", `The server answered ${status}${wordsFor(status)}.`);
}

const WORDS: Readonly<Record<number, string>> = {
  404: ": there is nothing at this address",
  405: ": it does not take this method here",
  413: ": the report is too large for it",
  415: ": it does not take this content type",
};

function wordsFor(status: number): string {
  if (status >= 300 && status < 400) return ": it redirects in a way that loses the report";
  return WORDS[status] ?? "";
}

/** An id that names a thing; sentences, and so what might name a patient, are not kept. */
const ID = /^[\w.:/+=~-]{1,128}$/;

/** @returns what the server calls the report, from its answer's JSON or its `Location` */
export function receiptId(
  { body, headers, isTruncated }: HttpAnswer,
  { receiptPointer, format }: RestSettings,
): string | undefined {
  const value = isTruncated ? undefined : valueAt(body, receiptPointer);
  const id = typeof value === "number" ? String(value) : value;
  if (typeof id === "string" && ID.test(id)) return id;
  if (format !== "fhir-r4" && format !== "fhir-r5") return undefined;
  return /\/DiagnosticReport\/([A-Za-z0-9.-]{1,64})(?:\/|$)/.exec(headers["location"] ?? "")?.[1];
}

/** RFC 6901. */
function valueAt(body: Buffer, pointer: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** The address of the settings without user and query; with its template unfilled, it names nobody. */
export const shownAddress = (url: string): string => url.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
