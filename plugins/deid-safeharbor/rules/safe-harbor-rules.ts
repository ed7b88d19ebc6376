// The Safe Harbor list (45 CFR 164.514(b)(2)) tag by tag: these rules go before PS3.15 Table E.1-1.
import type { DeidSettings } from "../settings.ts";
import type { Action, ElementRule } from "./element-rule.ts";

type Identifies = ElementRule["identifies"];
/** Id of the inventory, tag, action, and what the value names. */
type Row = readonly [id: string, tag: number, action: Action, identifies?: Identifies];

/**
 * "empty" stands where PS3.3 wants the element to be there (type 2), so that a copy stays a valid object; nothing of
 * the value is left in either case.
 */
function rows(settings: DeidSettings): readonly Row[] {
  const { shiftDates, maskZipCodes, removeSoftwareVersions } = settings;
  const describe = settings.descriptions === "words" ? "describe" : "text";
  const gone = shiftDates ? undefined : "remove";
  const hollow = shiftDates ? undefined : "empty";
  return [
    // Category 1: names
    ["A-078", 0x00100010, "pseudonym", "person"], // PatientName (0010,0010)
    ["A-078", 0x00101001, "remove", "person"], // OtherPatientNames (0010,1001)
    ["A-078", 0x00101005, "remove", "person"], // PatientBirthName (0010,1005)
    ["A-078", 0x00102297, "remove", "person"], // ResponsiblePerson (0010,2297)
    ["A-078", 0x00102298, "remove"], // ResponsiblePersonRole (0010,2298)
    ["A-078", 0x00080090, "empty", "person"], // ReferringPhysicianName (0008,0090)
    ["A-078", 0x00081048, "remove", "person"], // PhysiciansOfRecord (0008,1048)
    ["A-078", 0x00081050, "remove", "person"], // PerformingPhysicianName (0008,1050)
    ["A-078", 0x00081060, "remove", "person"], // NameOfPhysiciansReadingStudy (0008,1060)
    ["A-078", 0x00081070, "remove", "person"], // OperatorsName (0008,1070)
    ["A-078", 0x00321032, "remove", "person"], // RequestingPhysician (0032,1032)
    ["A-078", 0x00400006, "remove", "person"], // ScheduledPerformingPhysicianName (0040,0006)
    // Category 2: places smaller than a state
    ["A-079", 0x00101040, maskZipCodes ? "zip" : "remove", "place"], // PatientAddress (0010,1040)
    ["A-080", 0x00101080, "remove"], // MilitaryRank (0010,1080)
    ["A-080", 0x00101081, "remove"], // BranchOfService (0010,1081)
    ["A-080", 0x00101090, "remove", "id"], // MedicalRecordLocator (0010,1090)
    ["A-080", 0x00080080, "remove", "place"], // InstitutionName (0008,0080)
    ["A-080", 0x00080081, "remove", "place"], // InstitutionAddress (0008,0081)
    ["A-080", 0x00081010, "remove", "id"], // StationName (0008,1010)
    ["A-080", 0x00081040, "remove", "place"], // InstitutionalDepartmentName (0008,1040)
    ["A-080", 0x00321060, "remove"], // RequestedProcedureDescription (0032,1060)
    ["A-080", 0x00080092, "remove", "place"], // ReferringPhysicianAddress (0008,0092)
    // Category 3: dates; times stay while dates are shifted
    ["A-084", 0x00080020, hollow ?? "date", "date"], // StudyDate (0008,0020)
    ["A-084", 0x00080021, gone ?? "date", "date"], // SeriesDate (0008,0021)
    ["A-084", 0x00080022, hollow ?? "date", "date"], // AcquisitionDate (0008,0022)
    ["A-084", 0x00080023, hollow ?? "date", "date"], // ContentDate (0008,0023)
    ["A-084", 0x0008002a, gone ?? "date-time", "date"], // AcquisitionDateTime (0008,002A)
    ["A-084", 0x00100030, hollow ?? "birth-date", "date"], // PatientBirthDate (0010,0030)
    ["A-084", 0x00321000, gone ?? "date", "date"], // ScheduledStudyStartDate (0032,1000)
    ["A-084", 0x00321010, gone ?? "date", "date"], // ScheduledStudyStopDate (0032,1010)
    ["A-084", 0x00400002, gone ?? "date", "date"], // ScheduledProcedureStepStartDate (0040,0002)
    ["A-084", 0x00400004, gone ?? "date", "date"], // ScheduledProcedureStepEndDate (0040,0004)
    ["A-084", 0x00400244, gone ?? "date", "date"], // PerformedProcedureStepStartDate (0040,0244)
    ["A-084", 0x00400250, gone ?? "date", "date"], // PerformedProcedureStepEndDate (0040,0250)
    ["A-085", 0x00100032, gone ?? "time"], // PatientBirthTime (0010,0032)
    ["A-085", 0x00080030, hollow ?? "time"], // StudyTime (0008,0030)
    ["A-085", 0x00080031, gone ?? "time"], // SeriesTime (0008,0031)
    ["A-085", 0x00080032, hollow ?? "time"], // AcquisitionTime (0008,0032)
    ["A-085", 0x00080033, hollow ?? "time"], // ContentTime (0008,0033)
    ["A-085", 0x00321001, gone ?? "time"], // ScheduledStudyStartTime (0032,1001)
    ["A-085", 0x00321011, gone ?? "time"], // ScheduledStudyStopTime (0032,1011)
    ["A-085", 0x00400003, gone ?? "time"], // ScheduledProcedureStepStartTime (0040,0003)
    ["A-085", 0x00400005, gone ?? "time"], // ScheduledProcedureStepEndTime (0040,0005)
    ["A-085", 0x00400245, gone ?? "time"], // PerformedProcedureStepStartTime (0040,0245)
    ["A-085", 0x00400251, gone ?? "time"], // PerformedProcedureStepEndTime (0040,0251)
    // Categories 4 to 6: telephone, fax, mail
    ["A-086", 0x00102154, "remove", "id"], // PatientTelephoneNumbers (0010,2154)
    ["A-086", 0x00102155, "remove", "id"], // PatientTelecomInformation (0010,2155)
    ["A-086", 0x00080094, "remove", "id"], // ReferringPhysicianTelephoneNumbers (0008,0094)
    // Categories 7 to 13: numbers
    ["A-087", 0x00100020, "pseudonym", "id"], // PatientID (0010,0020)
    ["A-087", 0x00101000, "remove", "id"], // OtherPatientIDs (0010,1000)
    ["A-087", 0x00101002, "remove"], // OtherPatientIDsSequence (0010,1002)
    ["A-087", 0x00100021, "remove", "id"], // IssuerOfPatientID (0010,0021)
    ["A-087", 0x00200010, "empty", "id"], // StudyID (0020,0010)
    ["A-087", 0x00181000, "remove", "id"], // DeviceSerialNumber (0018,1000)
    ["A-087", 0x00402016, "empty", "id"], // PlacerOrderNumberImagingServiceRequest (0040,2016)
    ["A-087", 0x00402017, "empty", "id"], // FillerOrderNumberImagingServiceRequest (0040,2017)
    ["A-088", 0x00080050, "empty", "id"], // AccessionNumber (0008,0050); always, whatever is sent beside
    ["A-089", 0x00181020, removeSoftwareVersions ? "remove" : "software"], // SoftwareVersions (0018,1020)
    // Free text that is searched
    ["A-097", 0x00204000, describe], // ImageComments (0020,4000)
    ["A-097", 0x00324000, describe], // StudyComments (0032,4000)
    ["A-097", 0x40084000, describe], // ResultsComments (4008,4000)
    ["A-097", 0x0008103e, describe], // SeriesDescription (0008,103E)
    ["A-097", 0x00081030, describe], // StudyDescription (0008,1030)
    ["A-097", 0x00402001, describe], // ReasonForTheImagingServiceRequest (0040,2001)
    ["PS3.15 113105", 0x00181030, describe], // ProtocolName (0018,1030)
    // Kept for analysis (PS3.15 E.3.7: Retain Patient Characteristics)
    ["A-106", 0x00101010, "age"], // PatientAge (0010,1010)
    ["A-106", 0x00100040, "sex"], // PatientSex (0010,0040)
    ["PS3.15 113108", 0x00101020, "number"], // PatientSize (0010,1020)
    ["PS3.15 113108", 0x00101030, "number"], // PatientWeight (0010,1030)
    // Named by the table with a mark only, and wanted for nothing
    ["PS3.15 X", 0x00880200, "remove"], // IconImageSequence (0088,0200)
    // Written anew by this plugin
    ["PS3.15 E.1.1", 0x00120062, "remove"], // PatientIdentityRemoved (0012,0062)
    ["PS3.15 E.1.1", 0x00120063, "remove"], // DeidentificationMethod (0012,0063)
    ["PS3.15 E.1.1", 0x00120064, "remove"], // DeidentificationMethodCodeSequence (0012,0064)
    ["PS3.15 E.3.6", 0x00280303, "remove"], // LongitudinalTemporalInformationModified (0028,0303)
  ];
}

/** By tag. */
export function safeHarborRules(settings: DeidSettings): ReadonlyMap<number, ElementRule> {
  return new Map(
    rows(settings).map(([rule, tag, action, identifies]) => [
      tag,
      identifies === undefined ? { rule, action } : { rule, action, identifies },
    ]),
  );
}
