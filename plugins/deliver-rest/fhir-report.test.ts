// FHIR bodies as they arrive, checked against what the specification says of each element.
import { type Answering, answering, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { type FhirVersion, problemsOfReport } from "./testing/fhir-structure.ts";
import { IDENTITY, PDF, RestBench } from "./testing/rest-bench.ts";

const bench = new RestBench();
afterAll(() => bench[Symbol.asyncDispose]());

const indexes = [
  { name: "FA", value: 0.43, unit: "1" },
  { name: "MD", value: null, unit: "10^-3 mm2/s" },
];
type Body = Record<string, unknown> & { presentedForm: Record<string, unknown>[]; contained: object[] };

async function arrivedAs(format: FhirVersion, view: object = {}, settings: object = {}, answer?: Answering) {
  await using server = await WebReceiver.start(answer ?? answering(201));
  const step = await bench.step({ indexes, ...view });
  const outcome = await bench.deliver(step, { url: `${server.url}/DiagnosticReport`, format, ...settings });
  const [request] = server.requests;
  return {
    outcome,
    step,
    type: request?.headers["content-type"],
    body: JSON.parse(String(request?.body)) as Body,
  };
}

describe.each(["fhir-r4", "fhir-r5"] as const)("A-190 DiagnosticReport of %s", (format) => {
  test("has what the specification requires, and nothing it does not know", async () => {
    const { outcome, type, body, step } = await arrivedAs(format);
    expect(problemsOfReport(body, format)).toEqual([]);
    expect(type).toBe(`application/fhir+json; fhirVersion=${format === "fhir-r4" ? "4.0" : "5.0"}`);
    expect(outcome).toMatchObject({ kind: "delivered" });
    expect(body).toMatchObject({
      status: "final",
      identifier: [{ value: `urn:uuid:${step.result.id}` }],
      subject: { identifier: { value: IDENTITY.patientId } },
      basedOn: [{ identifier: { value: IDENTITY.accessionNumber } }],
      effectiveDateTime: "2024-04-12",
    });
    expect(body["id"]).toBeUndefined();
  });

  test("holds the report whole, and the numbers as observations", async () => {
    const { body } = await arrivedAs(format);
    const [form] = body.presentedForm;
    expect(Buffer.from(String(form?.["data"]), "base64").equals(PDF)).toBe(true);
    expect(form?.["size"]).toBe(format === "fhir-r4" ? PDF.length : String(PDF.length));
    expect(body.contained).toMatchObject([
      { resourceType: "Observation", code: { text: "FA" }, valueQuantity: { value: 0.43, unit: "1" } },
      { resourceType: "Observation", code: { text: "MD" }, dataAbsentReason: {} },
    ]);
    expect(body["conclusion"]).toBe("FA 0.43");
  });

  test("A-194 a failure is cancelled and says why; a PUT names the report", async () => {
    const failed = { kind: "failure", indexes: [], error: { code: "qc.failed", message: "No b0 image." } };
    const { body, step } = await arrivedAs(format, failed, { results: "both", method: "PUT" });
    expect(problemsOfReport(body, format)).toEqual([]);
    expect(body).toMatchObject({ status: "cancelled", conclusion: "No b0 image.", id: step.result.id });
  });

  test("the receipt has the id the server gave", async () => {
    const location = { Location: "https://fhir.example.org/base/DiagnosticReport/88-a/_history/1" };
    const { outcome } = await arrivedAs(format, {}, {}, answering(201, location));
    expect(outcome).toMatchObject({ receipt: { id: "88-a" } });
  });
});

test("the check itself finds what is missing, empty, unknown or dangling", () => {
  const bad = {
    resourceType: "DiagnosticReport",
    status: "done",
    note: [],
    result: [{ reference: "#gone" }],
    contained: [{ resourceType: "Observation", id: "x", status: "final", code: { text: "" } }],
    presentedForm: [{ data: "not base64!" }],
  };
  const found = problemsOfReport(bad, "fhir-r4").join("\n");
  for (const words of ["code", "status", "note", "#gone", "x", "data", "text"])
    expect(found).toContain(words);
});
