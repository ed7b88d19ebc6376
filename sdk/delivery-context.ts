// What a template of a delivery can name; the words are the contract with sites, so they only ever grow.
import type { DeliverStep, ResultArtifact } from "./step.ts";

/** @see deliveryContext */
export type DeliveryContext = ReturnType<typeof deliveryContext>;

/**
 * Patient, study, order, result and report of a delivery. All of it may be sent to a destination that a site has
 * named; none of it may be shown or logged.
 * @param report the artifact that is delivered, with its content in base64 when the template wants it
 */
export function deliveryContext(
  { study, result, id }: DeliverStep,
  report?: { readonly artifact: ResultArtifact; readonly base64: string },
) {
  const identity = study.identity.reveal();
  return {
    delivery: { id },
    patient: {
      name: identity.patientName,
      id: identity.patientId,
      issuer: identity.issuerOfPatientId,
      birthDate: identity.patientBirthDate,
      sex: identity.patientSex,
      age: identity.patientAge,
    },
    study: {
      instanceUid: identity.studyInstanceUid,
      id: identity.studyId,
      accessionNumber: identity.accessionNumber,
      date: identity.studyDate,
      time: identity.studyTime,
      description: identity.studyDescription,
      referringPhysician: identity.referringPhysicianName,
      revision: study.revision,
    },
    order: { id: result.orderId },
    result: {
      id: result.id,
      kind: result.kind,
      product: result.product.id,
      productVersion: result.product.version,
      createdAt: result.createdAt.toISOString(),
      indexes: result.indexes,
      warnings: result.warnings,
      error: result.error ?? null,
    },
    report: report
      ? {
          name: report.artifact.name,
          mediaType: report.artifact.mediaType,
          bytes: report.artifact.bytes,
          sha256: report.artifact.sha256,
          base64: report.base64,
        }
      : null,
  };
}
