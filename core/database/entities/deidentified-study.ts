// The copy of a study that may leave the house, and its files; one for each revision, and older ones stay.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { CheckLine } from "@thalamus/sdk";
import { PatientPseudonym, StudyPseudonym } from "./pseudonym.ts";
import { Study } from "./study.ts";

export const DeidentifiedStudy = defineEntity({
  name: "DeidentifiedStudy",
  tableName: "deidentified_study",
  uniques: [{ properties: ["study", "revision"] }],
  indexes: [{ properties: ["patient"] }, { properties: ["pseudonym"] }],
  properties: {
    /** That of the step that made it. */
    id: p.uuid().primary(),
    study: () => p.manyToOne(Study).deleteRule("cascade"),
    revision: p.integer(),
    patient: () => p.manyToOne(PatientPseudonym),
    pseudonym: () => p.manyToOne(StudyPseudonym),
    /** Folder of its files, relative to the tree of de-identified files. */
    folder: p.text().unique(),
    bytes: p.bigint("number"),
    manifestBytes: p.bigint("number"),
    manifestSha256: p.character().length(64),
    /** How many elements each rule changed; no values. */
    changes: p.json<Record<string, number>>().defaultRaw("'{}'::jsonb"),
    lines: p.json<CheckLine[]>().defaultRaw("'[]'::jsonb"),
    createdAt: p.datetime(6).defaultRaw("now()"),
  },
});

export const DeidentifiedInstance = defineEntity({
  name: "DeidentifiedInstance",
  tableName: "deidentified_instance",
  uniques: [{ properties: ["copy", "sopInstanceUid"] }],
  properties: {
    id: p.bigint("bigint").primary().autoincrement(),
    copy: () => p.manyToOne(DeidentifiedStudy).deleteRule("cascade"),
    seriesInstanceUid: p.string().length(64),
    sopInstanceUid: p.string().length(64),
    sopClassUid: p.string().length(64),
    transferSyntaxUid: p.string().length(64),
    modality: p.string().length(16).default(""),
    bytes: p.bigint("number"),
    /** SHA-256 of the whole file, lower-case hex. */
    sha256: p.character().length(64),
    /** Relative to the tree of de-identified files. */
    path: p.text(),
  },
});

/** The chain of all manifests of the site, append-only: a copy may be removed one day, that there was one may not. */
export const ManifestLink = defineEntity({
  name: "ManifestLink",
  tableName: "manifest_link",
  properties: {
    /** From 1 on, without gaps. */
    number: p.bigint("number").primary().autoincrement(false),
    copyId: p.uuid().unique(),
    sha256: p.character().length(64),
    /** SHA-256 of the manifest with the number before; null for the first one. */
    previousSha256: p.character().length(64).nullable(),
    at: p.datetime(6).defaultRaw("now()"),
  },
});

export type DeidentifiedStudyRow = InferEntity<typeof DeidentifiedStudy>;
