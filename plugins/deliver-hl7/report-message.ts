// Builds the message: unsolicited observation, ORU^R01 (HL7 2.5.1 section 7.3.1, 2.3.1 section 7.2.1).
import type { Hl7Segment } from "@thalamus/sdk/hl7";
import { notes, observations } from "./observation-segments.ts";
import { commonOrder, observationRequest } from "./order-segments.ts";
import { messageHeader, patientIdentification, patientVisit } from "./patient-segments.ts";
import type { ReportContent } from "./report-content.ts";
import type { Hl7Settings } from "./settings.ts";

/** Segments in the order that both versions have. */
export const reportSegments = (settings: Hl7Settings, content: ReportContent): Hl7Segment[] => [
  messageHeader(settings, content),
  patientIdentification(settings, content),
  patientVisit(settings, content),
  commonOrder(settings, content),
  observationRequest(settings, content),
  ...notes(settings, content),
  ...observations(settings, content),
];
