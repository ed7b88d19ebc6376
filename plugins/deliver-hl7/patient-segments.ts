// MSH, PID and PV1: what the message is, whose it is, and where the patient is (HL7 2.5.1 chapters 2.15.9 and 3.4).
import { extendedCompositeName, extendedPersonName, type Hl7Segment, hl7Time } from "@thalamus/sdk/hl7";
import type { ReportContent } from "./report-content.ts";
import type { Hl7Settings } from "./settings.ts";

/** Table 0001. */
const SEXES = ["M", "F", "O"];
const DATE = /^\d{8}$/;

/** Its time is that of the result, so that a message that is sent again is the same byte for byte. */
export function messageHeader(
  settings: Hl7Settings,
  { controlId, result, timeZone }: ReportContent,
): Hl7Segment {
  const isEnhanced = settings.acknowledgement === "enhanced";
  return {
    name: "MSH",
    fields: {
      3: settings.sendingApplication,
      4: settings.sendingFacility,
      5: settings.receivingApplication,
      6: settings.receivingFacility,
      7: hl7Time(result.createdAt, timeZone),
      9: settings.version === "2.3.1" ? ["ORU", "R01"] : ["ORU", "R01", "ORU_R01"],
      10: controlId,
      11: settings.processingId,
      12: settings.version,
      // accept acknowledgement always, application acknowledgement never (table 0155)
      15: isEnhanced ? "AL" : undefined,
      16: isEnhanced ? "NE" : undefined,
    },
  };
}

export function patientIdentification(settings: Hl7Settings, { identity }: ReportContent): Hl7Segment {
  const { patientId, issuerOfPatientId, patientName, patientBirthDate, patientSex } = identity;
  const authority = issuerOfPatientId || settings.assigningAuthority;
  const sex = patientSex.toUpperCase();
  return {
    name: "PID",
    fields: {
      1: "1",
      3: [patientId, "", "", authority, settings.patientIdType],
      5: extendedPersonName(patientName, settings.characterSet),
      7: DATE.test(patientBirthDate) ? patientBirthDate : undefined,
      8: SEXES.includes(sex) ? sex : "U",
    },
  };
}

export const patientVisit = (settings: Hl7Settings, { identity }: ReportContent): Hl7Segment => ({
  name: "PV1",
  fields: {
    1: "1",
    2: settings.patientClass,
    8: extendedCompositeName(identity.referringPhysicianName),
  },
});
