// What a search returns of a study, a series and an instance (PS3.18 tables 10.6.3-3 to 10.6.3-5).
import type { ArchivedInstance, FoundInstance, FoundSeries, FoundStudy } from "@thalamus/sdk";
import { type FileHeader, Tag } from "@thalamus/sdk/dicom";
import { hexTag } from "@thalamus/sdk/dicom/dictionary";
import { datasetJson, type JsonDataset } from "../json/dicom-json.ts";
import { type JsonAttribute, personName } from "../json/json-value.ts";
import { bulkDataUrl, instanceUrl } from "../retrieve/instance-addresses.ts";
import { MODALITIES_IN_STUDY } from "./search-query.ts";

/** Whose attributes are returned beside those of the level itself. */
export interface Returned {
  readonly baseUrl: string;
  readonly withStudy: boolean;
  readonly withSeries: boolean;
  readonly include: ReadonlySet<number> | "all";
}

const INSTANCE_AVAILABILITY = 0x00080056;
const RETRIEVE_URL = 0x00081190;
const AVAILABLE_SYNTAX = 0x00083002;
const STUDY_SERIES = 0x00201206;
const STUDY_INSTANCES = 0x00201208;
const SERIES_INSTANCES = 0x00201209;
const REQUEST_ATTRIBUTES = 0x00400275;

/** Read from the header of one instance of the series. */
const SERIES_HEADER: readonly number[] = [
  Tag.SeriesDescription,
  Tag.SeriesNumber,
  Tag.PerformedProcedureStepStartDate,
  Tag.PerformedProcedureStepStartTime,
  REQUEST_ATTRIBUTES,
];
/** With `includefield=all`. */
const MORE_OF_SERIES: readonly number[] = [
  ...[Tag.SeriesDate, Tag.SeriesTime, Tag.ProtocolName, Tag.BodyPartExamined, Tag.PatientPosition],
  ...[Tag.Manufacturer, Tag.ManufacturerModelName, Tag.StationName, Tag.InstitutionName],
];
const INSTANCE_HEADER: readonly number[] = [
  ...[Tag.InstanceNumber, Tag.Rows, Tag.Columns, Tag.BitsAllocated, Tag.NumberOfFrames],
];

export function studyJson(study: FoundStudy, { baseUrl, include }: Returned): JsonDataset {
  const identity = study.identity.reveal();
  const json = begin();
  put(json, Tag.StudyDate, "DA", identity.studyDate);
  put(json, Tag.StudyTime, "TM", identity.studyTime);
  put(json, Tag.AccessionNumber, "SH", identity.accessionNumber);
  put(json, INSTANCE_AVAILABILITY, "CS", "ONLINE");
  put(json, MODALITIES_IN_STUDY, "CS", ...study.modalities);
  put(json, Tag.ReferringPhysicianName, "PN", identity.referringPhysicianName);
  put(json, Tag.StudyDescription, "LO", identity.studyDescription);
  put(json, RETRIEVE_URL, "UR", `${baseUrl}/studies/${identity.studyInstanceUid}`);
  put(json, Tag.PatientName, "PN", identity.patientName);
  put(json, Tag.PatientID, "LO", identity.patientId);
  put(json, Tag.IssuerOfPatientID, "LO", identity.issuerOfPatientId);
  put(json, Tag.PatientBirthDate, "DA", identity.patientBirthDate);
  put(json, Tag.PatientSex, "CS", identity.patientSex);
  if (include === "all" || include.has(Tag.PatientAge)) put(json, Tag.PatientAge, "AS", identity.patientAge);
  put(json, Tag.StudyInstanceUID, "UI", identity.studyInstanceUid);
  put(json, Tag.StudyID, "SH", identity.studyId);
  put(json, STUDY_SERIES, "IS", study.seriesCount);
  put(json, STUDY_INSTANCES, "IS", study.instanceCount);
  return json;
}

/** @param header of one of its instances, when it can be read */
export function seriesJson(
  found: FoundSeries,
  header: FileHeader | undefined,
  returned: Returned,
): JsonDataset {
  const { baseUrl, include, withStudy } = returned;
  const { sample } = found;
  const json = withStudy ? studyJson(found.study, returned) : begin();
  const wanted = include === "all" ? [...SERIES_HEADER, ...MORE_OF_SERIES] : [...SERIES_HEADER, ...include];
  addHeader(json, header, wanted, sample, baseUrl);
  put(json, Tag.Modality, "CS", found.modality);
  put(json, RETRIEVE_URL, "UR", instanceUrl(baseUrl, sample).replace(/\/instances\/.*$/, ""));
  put(json, Tag.StudyInstanceUID, "UI", sample.studyInstanceUid);
  put(json, Tag.SeriesInstanceUID, "UI", found.seriesInstanceUid);
  put(json, SERIES_INSTANCES, "IS", found.instanceCount);
  return json;
}

export function instanceJson(
  found: FoundInstance,
  header: FileHeader | undefined,
  returned: Returned,
): JsonDataset {
  const { baseUrl, include, withStudy, withSeries } = returned;
  const { instance, study } = found;
  const json = withStudy ? studyJson(study, returned) : begin();
  const own = [...INSTANCE_HEADER, ...(withSeries ? SERIES_HEADER : [])];
  addHeader(json, header, include === "all" ? "all" : [...own, ...include], instance, baseUrl);
  put(json, Tag.SOPClassUID, "UI", instance.sopClassUid);
  put(json, Tag.SOPInstanceUID, "UI", instance.sopInstanceUid);
  put(json, INSTANCE_AVAILABILITY, "CS", "ONLINE");
  put(json, Tag.Modality, "CS", instance.modality);
  put(json, RETRIEVE_URL, "UR", instanceUrl(baseUrl, instance));
  put(json, AVAILABLE_SYNTAX, "UI", instance.transferSyntaxUid);
  put(json, Tag.StudyInstanceUID, "UI", instance.studyInstanceUid);
  put(json, Tag.SeriesInstanceUID, "UI", instance.seriesInstanceUid);
  return json;
}

function addHeader(
  json: JsonDataset,
  header: FileHeader | undefined,
  wanted: readonly number[] | "all",
  instance: ArchivedInstance,
  baseUrl: string,
): void {
  if (!header) return;
  const only = wanted === "all" ? undefined : new Set(wanted);
  const bulkDataUri = (address: readonly number[]) => bulkDataUrl(baseUrl, instance, address);
  // what the database has is put in its place afterwards
  for (const [tag, attribute] of datasetJson(header.dataset, { bulkDataUri, only })) {
    if (!json.has(tag)) json.set(tag, attribute);
  }
}

function begin(): JsonDataset {
  const json: JsonDataset = new Map();
  put(json, Tag.SpecificCharacterSet, "CS", "ISO_IR 192");
  return json;
}

function put(json: JsonDataset, tag: number, vr: string, ...values: readonly (string | number)[]): void {
  json.set(
    hexTag(tag),
    attribute(
      vr,
      values.filter((value) => value !== ""),
    ),
  );
}

function attribute(vr: string, values: readonly (string | number)[]): JsonAttribute {
  if (values.length === 0) return { vr };
  return { vr, Value: vr === "PN" ? values.map((value) => personName(String(value))) : values };
}
