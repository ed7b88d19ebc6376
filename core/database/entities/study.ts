// A study: what a sender means by one examination, with its revision and its visible status.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import { PATIENT_WORDS } from "../../studies/patient-words.ts";
import { QC_VERDICTS } from "../../studies/qc-verdict.ts";
import { STUDY_STATUSES } from "../../studies/transitions.ts";
import { StudyGroup } from "./study-group.ts";

export const Study = defineEntity({
  name: "Study",
  tableName: "study",
  indexes: [
    { properties: ["status", "quietSince"] },
    // pages of the list, their totals and the counts of its tabs are read from these alone
    {
      name: "study_list_index",
      properties: ["receivedAt", "id"],
      include: ["status", "qc", "callingAe", "group", "format", "modalities"],
    },
    { properties: ["statusSince", "id"] },
    { properties: ["callingAe"] },
    {
      name: "study_patient_words_index",
      expression: `create index "study_patient_words_index" on "study" using gin ((${PATIENT_WORDS})) where "status" <> 'receiving'`,
    },
    { properties: ["lateOf"] },
    { properties: ["group"] },
  ],
  uniques: [{ properties: ["studyInstanceUid", "owner", "part"] }],
  properties: {
    id: p.uuid().primary(),
    studyInstanceUid: p.string().length(64),
    /** The cloud order that brought it; empty for what came from a PACS or the console (docs/decisions/0016). */
    owner: p.string().length(36).default(""),
    /** From 1 on; more when late instances make a study of their own with the same StudyInstanceUID. */
    part: p.integer().default(1),
    /** The first study, for one that late instances made. */
    lateOf: p.uuid().nullable(),
    /** Grows when instances come after the study was stable. */
    revision: p.integer().default(1),
    status: p.enum(STUDY_STATUSES).default("receiving"),
    statusSince: p.datetime(6).defaultRaw("now()"),
    /** What the quality checks of this revision came to: a projection, as the status is. */
    qc: p.enum(QC_VERDICTS).default("none"),
    receivedAt: p.datetime(6).defaultRaw("now()"),
    /** Last instance, or end of the last association; stability counts from here. */
    quietSince: p.datetime(6).defaultRaw("now()"),
    stableAt: p.datetime(6).nullable(),
    callingAe: p.string().length(16).default(""),
    seriesCount: p.integer().default(0),
    instanceCount: p.integer().default(0),
    bytes: p.bigint("number").default(0),
    /** Products chosen for this study; null: the default list of route.process; none: it waits until one is ordered. */
    products: p.array().nullable(),
    /** Accounts that chose a product by hand, by the name of the product: their order may be made later. */
    orderedBy: p.json<Partial<Record<string, string>>>().defaultRaw("'{}'::jsonb"),
    /** What its files are; a NIfTI study comes by upload and has a derived StudyInstanceUID. */
    format: p.enum(["dicom", "nifti"] as const).default("dicom"),
    /** Fields whose value was given beside the files and counts more than what they say, and where it stood. */
    valuesFrom: p
      .json<Partial<Record<string, "form" | "sidecar" | "correction">>>()
      .defaultRaw("'{}'::jsonb"),
    /** Whose reports tell of it. */
    group: () => p.manyToOne(StudyGroup).deleteRule("set null").nullable(),
    modalities: p.array().defaultRaw("'{}'::text[]"),
    // from here on: values that identify the patient, never shown without a reveal
    /** What a person calls it; given with an upload. */
    studyName: p.text().default(""),
    patientName: p.text().default(""),
    patientId: p.text().default(""),
    issuerOfPatientId: p.text().default(""),
    patientBirthDate: p.text().default(""),
    patientSex: p.text().default(""),
    patientAge: p.text().default(""),
    accessionNumber: p.text().default(""),
    studyId: p.text().default(""),
    studyDate: p.text().default(""),
    studyTime: p.text().default(""),
    studyDescription: p.text().default(""),
    referringPhysicianName: p.text().default(""),
  },
});

export type StudyRow = InferEntity<typeof Study>;
