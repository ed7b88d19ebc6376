// A delivery that never was, for trying templates and for previews; its patient does not exist.
import { type DeliveryContext, deliveryContext } from "./delivery-context.ts";
import { Phi } from "./phi.ts";
import type { DeliverStep, ReceivedStudy, ResultArtifact, ResultView, StudyIdentity } from "./step.ts";

const IDENTITY: StudyIdentity = {
  patientName: "SAMPLE^PATIENT",
  patientId: "SAMPLE-1",
  issuerOfPatientId: "HOSPITAL",
  patientBirthDate: "19700131",
  patientSex: "O",
  patientAge: "054Y",
  accessionNumber: "A-1",
  studyInstanceUid: "2.25.1",
  studyId: "1",
  studyDate: "20240412",
  studyTime: "101500",
  studyDescription: "MR HEAD",
  referringPhysicianName: "SAMPLE^REFERRER",
};

const REPORT: ResultArtifact = {
  name: "report",
  mediaType: "application/pdf",
  bytes: 5,
  sha256: "0".repeat(64),
  path: "",
};

/** Everything a template can name has a value, as far as the kind of result allows. */
export const sampleDelivery = (kind: ResultView["kind"]): DeliveryContext =>
  deliveryContext(sampleStep(kind), { artifact: REPORT, base64: "JVBERi0=" });

/** The step of that delivery. */
export function sampleStep(kind: ResultView["kind"]): DeliverStep {
  const signal = new AbortController().signal;
  const study: ReceivedStudy = {
    ...{ id: SAMPLE_ID, revision: 1, format: "dicom", supplied: [] },
    identity: new Phi(IDENTITY),
    instances: async () => [],
  };
  const step = { id: SAMPLE_ID, attempt: 1, study, signal, result: sampleResult(kind) };
  return { ...step, acting: async () => {}, progress: () => {}, workspace: async () => "" };
}

const SAMPLE_ID = "00000000-0000-4000-8000-000000000000";

const sampleResult = (kind: ResultView["kind"]): ResultView => ({
  id: SAMPLE_ID,
  orderId: "order-sample",
  kind,
  product: { id: "sample", version: "1.0.0" },
  createdAt: new Date("2024-04-12T12:30:00Z"),
  artifacts: [REPORT],
  indexes: kind === "failure" ? [] : [{ name: "FA", value: 0.43, unit: "1" }],
  warnings: ["a warning"],
  ...(kind === "failure" ? { error: { code: "step.format", message: "A sample of a failure." } } : {}),
});
