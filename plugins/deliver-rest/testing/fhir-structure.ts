// Checks the structure of a DiagnosticReport against the element tables of FHIR R4 (4.0.1) and R5 (5.0.0), written down
// here from the specification and sharing nothing with what makes the reports.

export type FhirVersion = "fhir-r4" | "fhir-r5";

/** Name → [least, most, type]; `*` for no limit. */
type Elements = Readonly<Record<string, readonly [least: 0 | 1, most: 1 | "*", type: string]>>;

const COMMON = {
  resourceType: [1, 1, "code"],
  id: [0, 1, "id"],
  identifier: [0, "*", "Identifier"],
  basedOn: [0, "*", "Reference"],
  status: [1, 1, "code"],
  category: [0, "*", "CodeableConcept"],
  code: [1, 1, "CodeableConcept"],
  subject: [0, 1, "Reference"],
  effectiveDateTime: [0, 1, "dateTime"],
} as const satisfies Elements;

const REPORT = {
  ...COMMON,
  contained: [0, "*", "Observation"],
  issued: [0, 1, "instant"],
  result: [0, "*", "Reference"],
  conclusion: [0, 1, "string"],
  presentedForm: [0, "*", "Attachment"],
} as const satisfies Elements;

const TYPES: Readonly<Record<string, Elements>> = {
  Observation: {
    ...COMMON,
    valueQuantity: [0, 1, "Quantity"],
    dataAbsentReason: [0, 1, "CodeableConcept"],
  },
  Identifier: {
    use: [0, 1, "code"],
    type: [0, 1, "CodeableConcept"],
    system: [0, 1, "uri"],
    value: [0, 1, "string"],
    assigner: [0, 1, "Reference"],
  },
  Reference: {
    reference: [0, 1, "string"],
    type: [0, 1, "uri"],
    identifier: [0, 1, "Identifier"],
    display: [0, 1, "string"],
  },
  CodeableConcept: { coding: [0, "*", "Coding"], text: [0, 1, "string"] },
  Coding: { system: [0, 1, "uri"], code: [0, 1, "code"], display: [0, 1, "string"] },
  Quantity: { value: [0, 1, "decimal"], unit: [0, 1, "string"] },
  Attachment: {
    contentType: [0, 1, "code"],
    data: [0, 1, "base64Binary"],
    size: [0, 1, "size"],
    title: [0, 1, "string"],
    creation: [0, 1, "dateTime"],
  },
};

const PRIMITIVES: Readonly<Record<string, RegExp>> = {
  code: /^\S+( \S+)*$/,
  id: /^[A-Za-z0-9\-.]{1,64}$/,
  uri: /^\S+$/,
  string: /\S/,
  dateTime: /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$/,
  instant: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
  base64Binary: /^[A-Za-z0-9+/]+={0,2}$/,
};

const STATUSES = [
  ...["registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled"],
  ...["entered-in-error", "unknown", "modified"],
];

export function problemsOfReport(report: object, version: FhirVersion): string[] {
  const imaging = version === "fhir-r4" ? "imagingStudy" : "study";
  const elements: Elements = { ...REPORT, [imaging]: [0, "*", "Reference"] };
  const { resourceType, status, code, contained = [] } = report as Record<string, unknown>;
  const own = contained as { id?: string }[];
  const text = JSON.stringify(report);
  const references = [...text.matchAll(/"reference":"#([^"]*)"/g)].map(([, id = ""]) => id);
  return [
    ...(resourceType === "DiagnosticReport" ? [] : ["resourceType is another one"]),
    ...(STATUSES.includes(String(status)) ? [] : ["status is none of the value set"]),
    ...(code === undefined ? ["code is missing"] : []),
    ...elementProblems(report, elements, "DiagnosticReport", version),
    // dom-3: what is contained is referred to, and what is referred to is there
    ...own.filter(({ id = "" }) => !references.includes(id)).map(({ id }) => `${id} is contained for nobody`),
    ...references.filter((id) => !own.some((one) => one.id === id)).map((id) => `#${id} is not contained`),
  ];
}

function elementProblems(value: object, elements: Elements, path: string, version: FhirVersion): string[] {
  const missing = Object.entries(elements)
    .filter(([name, [least]]) => least === 1 && !(name in value))
    .map(([name]) => `${path}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    const declared = elements[name];
    const at = `${path}.${name}`;
    if (!declared) return [`${at} is not in the specification`];
    const [, most, type] = declared;
    if (Array.isArray(inner) !== (most === "*")) return [`${at} has a wrong cardinality`];
    const all: unknown[] = Array.isArray(inner) ? inner : [inner];
    if (all.length === 0) return [`${at} is empty`];
    return all.flatMap((one) => valueProblems(one, type, at, version));
  });
  return [...missing, ...wrong];
}

function valueProblems(value: unknown, type: string, path: string, version: FhirVersion): string[] {
  const elements = TYPES[type];
  if (elements) {
    if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
      return [`${path} is no ${type}, or empty`];
    }
    return elementProblems(value, elements, path, version);
  }
  const wrong = [`${path} is no ${type}`];
  if (type === "decimal") return typeof value === "number" ? [] : wrong;
  // unsignedInt in R4; integer64, a string in JSON, in R5
  if (type === "size") return typeof value === (version === "fhir-r4" ? "number" : "string") ? [] : wrong;
  return typeof value === "string" && PRIMITIVES[type]?.test(value) ? [] : wrong;
}
