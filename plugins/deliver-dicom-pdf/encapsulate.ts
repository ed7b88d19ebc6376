// Builds an Encapsulated PDF object from a report (PS3.3 A.45.1).
import type { ResultView, StoredInstance, StudyIdentity } from "@thalamus/sdk";
import {
  type FileDataset,
  instanceReference,
  patientAndStudyModules,
  reportInstance,
} from "@thalamus/sdk/dicom";

/** Encapsulated PDF Storage. */
export const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";
const PURPOSE = "deliver-dicom-pdf";

export interface PdfDocument {
  readonly title: string;
  readonly seriesDescription: string;
  readonly seriesNumber: number;
  readonly pdf: Uint8Array;
}

/** @param sources the instances the report was made from */
export function encapsulatePdf(
  identity: StudyIdentity,
  result: ResultView,
  sources: readonly StoredInstance[],
  document: PdfDocument,
): FileDataset {
  const { seriesDescription, seriesNumber, pdf } = document;
  const series = { purpose: PURPOSE, modality: "DOC", seriesNumber, seriesDescription };
  return {
    ...patientAndStudyModules(identity),
    ...reportInstance(ENCAPSULATED_PDF, result, series),
    // PS3.3 C.8.6.1: made by software from other data.
    ConversionType: "SYN",
    AcquisitionDateTime: null,
    // The pages may name the patient.
    BurnedInAnnotation: "YES",
    SourceInstanceSequence: sources.length > 0 ? sources.map(instanceReference) : undefined,
    DocumentTitle: document.title,
    ConceptNameCodeSequence: [
      { CodeValue: "18748-4", CodingSchemeDesignator: "LN", CodeMeaning: "Diagnostic Imaging Report" },
    ],
    MIMETypeOfEncapsulatedDocument: "application/pdf",
    EncapsulatedDocument: pdf,
    EncapsulatedDocumentLength: pdf.length,
  };
}
