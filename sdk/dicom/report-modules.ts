// The parts that every object made of a result has: whose it is, what made it, and what it was made from.
import type { ResultView, StoredInstance, StudyIdentity } from "../step.ts";
import type { Dataset } from "./dataset-writer.ts";
import { derivedUid } from "./uid.ts";

/**
 * Patient, General Study and SOP Common module (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2, C.12.1) with the values the
 * study came with, so that the archive files the object beside the images.
 * Text is Unicode; a value that its representation does not allow, as `***` for a date, is left empty.
 */
export function patientAndStudyModules(identity: StudyIdentity): Dataset {
  return {
    SpecificCharacterSet: "ISO_IR 192",
    PatientName: orEmpty(identity.patientName),
    PatientID: orEmpty(identity.patientId),
    IssuerOfPatientID: identity.issuerOfPatientId || undefined,
    PatientBirthDate: matching(DATE, identity.patientBirthDate),
    PatientSex: matching(SEX, identity.patientSex.toUpperCase()),
    PatientAge: matching(AGE, identity.patientAge) ?? undefined,
    StudyInstanceUID: identity.studyInstanceUid,
    StudyID: orEmpty(identity.studyId),
    StudyDate: matching(DATE, identity.studyDate),
    StudyTime: matching(TIME, identity.studyTime),
    StudyDescription: identity.studyDescription || undefined,
    AccessionNumber: orEmpty(identity.accessionNumber),
    ReferringPhysicianName: orEmpty(identity.referringPhysicianName),
  };
}

const DATE = /^\d{8}$/;
const TIME = /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/;
const AGE = /^\d{3}[DWMY]$/;
const SEX = /^[MFO]$/;
const orEmpty = (text: string): string | null => (text === "" ? null : text);
const matching = (form: RegExp, text: string): string | null => (form.test(text) ? text : null);

/** How the series of a report is called in the archive. */
export interface ReportSeries {
  /** Of the plugin, to keep its UIDs apart from others': `deliver-sr`. */
  readonly purpose: string;
  readonly modality: string;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
}

/**
 * Series, General and Enhanced General Equipment module and the instance itself (PS3.3 C.7.3.1, C.7.5.1,
 * C.7.5.2). UIDs and times follow from the result alone: to send it again is to send the same object.
 */
export function reportInstance(sopClassUid: string, result: ResultView, series: ReportSeries) {
  const { date, time } = dicomDateTime(result.createdAt);
  return {
    SOPClassUID: sopClassUid,
    SOPInstanceUID: derivedUid(`${series.purpose} instance`, result.id),
    SeriesInstanceUID: derivedUid(`${series.purpose} series`, result.id),
    Modality: series.modality,
    SeriesNumber: series.seriesNumber,
    SeriesDescription: series.seriesDescription,
    SeriesDate: date,
    SeriesTime: time,
    InstanceNumber: 1,
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    ContentDate: date,
    ContentTime: time,
    TimezoneOffsetFromUTC: "+0000",
    Manufacturer: "Thalamus",
    ManufacturerModelName: result.product.id,
    SoftwareVersions: result.product.version,
    // Software has no serial number, and the attribute must have a value.
    DeviceSerialNumber: "none",
  } satisfies Dataset;
}

/** Date and time of day in UTC (PS3.5 6.2, VR DA and TM). */
function dicomDateTime(at: Date): { date: string; time: string } {
  const [date = "", time = ""] = at.toISOString().split("T");
  return { date: date.replaceAll("-", ""), time: time.slice(0, 8).replaceAll(":", "") };
}

/** What refers to an object: received ones, and ones that the hub makes. */
export type ReferencedInstance = Pick<StoredInstance, "sopClassUid" | "sopInstanceUid" | "seriesInstanceUid">;

/** SOP Instance Reference macro (PS3.3 10.8). */
export function instanceReference(instance: ReferencedInstance): Dataset {
  return {
    ReferencedSOPClassUID: instance.sopClassUid,
    ReferencedSOPInstanceUID: instance.sopInstanceUid,
  };
}

/** Hierarchical SOP Instance Reference macro (PS3.3 C.17.2.1): a study, its series and their instances. */
export function studyReference(studyInstanceUid: string, instances: readonly ReferencedInstance[]): Dataset {
  const bySeries = Map.groupBy(instances, (instance) => instance.seriesInstanceUid);
  const series = [...bySeries].map(([seriesInstanceUid, members]) => ({
    SeriesInstanceUID: seriesInstanceUid,
    ReferencedSOPSequence: members.map(instanceReference),
  }));
  return { StudyInstanceUID: studyInstanceUid, ReferencedSeriesSequence: series };
}
