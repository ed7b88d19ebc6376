// The JSON file beside the images that says age, sex and accession number.
import { accessionText, ageString, type PatientValues, sexCode } from "./patient-values.ts";
import { UploadRefusal } from "./upload-problem.ts";

/** The spellings in use, one list for each value (input specification of the sites that send). */
const KEYS = {
  patientAge: ["PatientAge", "patientAge", "patient_age"],
  patientSex: ["PatientSex", "patientSex", "patient_sex"],
  accessionNumber: ["AccessionNumber", "accessionNumber", "accession_number"],
} as const;
const ALL_KEYS: readonly string[] = Object.values(KEYS).flat();

/** A converter's sidecar takes a few kilobytes. */
export const LARGEST_SIDECAR = 1_000_000;

/** what a person downloads and fills in. */
export const SIDECAR_TEMPLATE = { PatientAge: "048Y", PatientSex: "F", AccessionNumber: "" } as const;

const spelling = (names: readonly string[], schema: object) =>
  Object.fromEntries(names.map((name) => [name, schema]));

export const SIDECAR_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Sidecar of an upload",
  description: "Each value may be spelled in any of the three ways; other fields are allowed and passed by.",
  type: "object",
  properties: {
    ...spelling(KEYS.patientAge, {
      description: "048Y, 48, 6M, 12W, 10D, or 90+ for an age that is hidden",
      anyOf: [{ type: "string" }, { type: "integer", minimum: 0, maximum: 130 }],
    }),
    ...spelling(KEYS.patientSex, { description: "M, F, Male or Female", type: "string" }),
    ...spelling(KEYS.accessionNumber, {
      description: "Up to 16 characters without a backslash; may be left out or empty",
      anyOf: [{ type: "string" }, { type: "integer" }],
    }),
  },
} as const;

export const isJsonObject = (parsed: unknown): parsed is Record<string, unknown> =>
  typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);

/** Whether a JSON file beside DICOM images is meant as a sidecar: it has at least one of the fields. */
export const isSidecar = (values: Readonly<Record<string, unknown>>): boolean =>
  ALL_KEYS.some((key) => Object.hasOwn(values, key));

/** @returns undefined when the bytes are no JSON in UTF-8 */
export function parseJson(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Reads the values; empty ones count as absent.
 * @throws UploadRefusal `upload.sidecar-invalid` that names the field, never its value
 */
export function readSidecar(sidecar: Readonly<Record<string, unknown>>): PatientValues {
  const patientAge = givenValue(sidecar, "patientAge", ageString);
  const patientSex = givenValue(sidecar, "patientSex", (given) => sexCode(String(given)));
  const accessionNumber = givenValue(sidecar, "accessionNumber", accessionText);
  return {
    ...(patientAge === undefined ? {} : { patientAge }),
    ...(patientSex === undefined ? {} : { patientSex }),
    ...(accessionNumber === undefined ? {} : { accessionNumber }),
  };
}

function givenValue<T>(
  sidecar: Readonly<Record<string, unknown>>,
  name: keyof typeof KEYS,
  read: (given: string | number) => T | undefined,
): T | undefined {
  for (const key of KEYS[name]) {
    const given = sidecar[key];
    if (given === undefined || given === null || given === "") continue;
    const value = typeof given === "string" || typeof given === "number" ? read(given) : undefined;
    if (value !== undefined) return value;
    throw new UploadRefusal(
      "upload.sidecar-invalid",
      `${key} in the sidecar is not in a form the hub reads.`,
    );
  }
  return undefined;
}
