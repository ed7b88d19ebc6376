// A made-up delivery: what templates of a site are tried on before a real patient's values meet them.
import { type DeliveryContext, deliveryContext } from "./delivery-context.ts";
import { Phi } from "./phi.ts";
import type { DeliverStep, ReceivedStudy, ResultView } from "./step.ts";

const UUID = "00000000-0000-4000-8000-000000000000";

const STUDY: ReceivedStudy = {
  id: UUID,
  revision: 1,
  format: "dicom",
  supplied: [],
  identity: new Phi({
    patientName: "Sample^Alex^M^Dr.^Jr.",
    patientId: "SAMPLE-1",
    issuerOfPatientId: "HOSPITAL",
    patientBirthDate: "19700101",
    patientSex: "O",
    patientAge: "054Y",
    accessionNumber: "ACC-1",
    studyInstanceUid: "2.25.1",
    studyId: "1",
    studyDate: "20240412",
    studyTime: "143000",
    studyDescription: "MRI of the head",
    referringPhysicianName: "Sample^Kim^^Dr.",
  }),
  instances: async () => [],
};

const RESULT: ResultView = {
  id: UUID,
  orderId: UUID,
  kind: "diagnostic",
  product: { id: "sample", version: "1.0.0" },
  createdAt: new Date("2024-04-12T15:00:00Z"),
  artifacts: [],
  indexes: [
    { name: "sample.mean", value: 0.5, unit: "1" },
    { name: "sample.sd", value: null, unit: "1" },
  ],
  warnings: ["This is a sample."],
};

/** A step of that delivery. @param result instead of the sample's own, for example a failure */
export const sampleStep = (result: Partial<ResultView> = {}): DeliverStep => ({
  id: UUID,
  attempt: 1,
  study: STUDY,
  result: { ...RESULT, ...result },
  signal: new AbortController().signal,
  acting: async () => {},
  progress: () => {},
  workspace: () => Promise.reject(new Error("a sample has no workspace")),
});

/** What a template can name of it, with a report. */
export function sampleDelivery(step = sampleStep()): DeliveryContext {
  const base64 = Buffer.from("%PDF-1.4\n%%EOF\n").toString("base64");
  const artifact = {
    name: "report",
    mediaType: "application/pdf",
    bytes: 15,
    sha256: "0".repeat(64),
    path: "",
  };
  return deliveryContext(step, { artifact, base64 });
}

/** The same by the kind of its result. */
export const sampleDeliveryOf = (kind: ResultView["kind"]): DeliveryContext =>
  sampleDelivery(sampleStep(kind === "failure" ? FAILURE : {}));

const FAILURE: Partial<ResultView> = {
  kind: "failure",
  indexes: [],
  error: { code: "step.format", message: "A sample of a failure." },
};
