// A DiagnosticReport of FHIR R4 (4.0.1) or R5 (5.0.0) with the report as its presented form.
import type { DeliveryContext } from "@thalamus/sdk";

type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * Patient, order and study are named by their identifiers in the house, for the server to find its own resources by; the
 * numbers of the result are contained observations.
 * @param namesItself the resource has the id that a PUT names it by
 * @see https://hl7.org/fhir/R4/diagnosticreport.html and https://hl7.org/fhir/R5/diagnosticreport.html
 */
export function diagnosticReport(
  version: "fhir-r4" | "fhir-r5",
  context: DeliveryContext,
  namesItself: boolean,
): Json {
  const { study, result } = context;
  const subject = subjectOf(context);
  const study_ = studyReference(study.instanceUid);
  const observations = result.indexes.map((index, at) => observation(index, at, subject));
  const hasFailed = result.kind === "failure";
  return withoutEmpty({
    resourceType: "DiagnosticReport",
    id: namesItself ? result.id : undefined,
    contained: observations,
    identifier: [{ system: "urn:ietf:rfc:3986", value: `urn:uuid:${result.id}` }],
    basedOn: study.accessionNumber === "" ? [] : [orderReference(study.accessionNumber)],
    // cancelled: the report is not available because the measurement was not completed
    status: hasFailed ? "cancelled" : "final",
    category: [{ coding: [{ system: V2_0074, code: "RAD", display: "Radiology" }] }],
    code: {
      coding: [{ system: LOINC, code: "18748-4", display: "Diagnostic imaging study" }],
      text: result.product,
    },
    subject,
    effectiveDateTime: dateOf(study.date),
    issued: result.createdAt,
    ...(version === "fhir-r4" ? { imagingStudy: [study_] } : { study: [study_] }),
    result: observations.map((_, at) => ({ reference: `#${observationId(at)}` })),
    conclusion: conclusionOf(context),
    presentedForm: [presentedForm(version, context)],
  });
}

const LOINC = "http://loinc.org";
const V2_0074 = "http://terminology.hl7.org/CodeSystem/v2-0074";
const V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203";

const identifierType = (code: string) => ({ coding: [{ system: V2_0203, code }] });

function subjectOf({ patient }: DeliveryContext): Json {
  const identifier = { type: identifierType("MR"), value: patient.id, assigner: { display: patient.issuer } };
  return {
    type: "Patient",
    identifier: patient.id === "" ? undefined : identifier,
    display: patient.name.replaceAll("^", " ").trim(),
  };
}

const orderReference = (accessionNumber: string): Json => ({
  type: "ServiceRequest",
  identifier: { type: identifierType("ACSN"), value: accessionNumber },
});

const studyReference = (instanceUid: string): Json => ({
  type: "ImagingStudy",
  identifier: { system: "urn:dicom:uid", value: `urn:oid:${instanceUid}` },
});

const observationId = (at: number): string => `index-${at + 1}`;

function observation(
  { name, value, unit }: DeliveryContext["result"]["indexes"][number],
  at: number,
  subject: Json,
): Json {
  const absent = {
    coding: [{ system: "http://terminology.hl7.org/CodeSystem/data-absent-reason", code: "not-applicable" }],
  };
  return {
    resourceType: "Observation",
    id: observationId(at),
    status: "final",
    code: { text: name },
    subject,
    ...(value === null ? { dataAbsentReason: absent } : { valueQuantity: { value, unit } }),
  };
}

function conclusionOf({ result }: DeliveryContext): string {
  const numbers = result.indexes
    .filter(({ value }) => value !== null)
    .map(({ name, value, unit }) => `${name} ${value}${unit === "1" || unit === "" ? "" : ` ${unit}`}`);
  const failure = result.error ? [result.error.message] : [];
  return [...failure, numbers.join("; "), ...result.warnings].filter((line) => line !== "").join("\n");
}

/** `size` became a 64-bit integer in R5, which JSON holds as a string. */
function presentedForm(version: "fhir-r4" | "fhir-r5", { report, result }: DeliveryContext): Json {
  const bytes = report?.bytes ?? 0;
  return {
    contentType: report?.mediaType,
    data: report?.base64,
    size: version === "fhir-r4" ? bytes : String(bytes),
    title: `${result.product} ${report?.name ?? ""}`.trim(),
    creation: result.createdAt,
  };
}

/** A date alone: a time would need the zone it was in, and DICOM seldom says it. */
const dateOf = (date: string): string | undefined =>
  /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : undefined;

/** FHIR has no empty strings, lists or objects. */
function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) {
    const kept = value.map(withoutEmpty).filter((one) => one !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (typeof value === "object" && value !== null) {
    const kept = Object.entries(value).flatMap(([name, one]) => {
      const inner = withoutEmpty(one);
      return inner === undefined ? [] : [[name, inner] as const];
    });
    return kept.length > 0 ? Object.fromEntries(kept) : undefined;
  }
  return typeof value === "string" && value.trim() === "" ? undefined : value;
}
