// An upload: what a person or a program sends over HTTP, from its announcement until it is taken in.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { UploadProblem } from "../../uploads/upload-problem.ts";
import { UPLOAD_STATES } from "../../uploads/upload-state.ts";
import { Account } from "./account.ts";

/** How many files of an upload came to which end. */
export interface UploadCounts {
  /** Files in it, those that were skipped too. */
  readonly files: number;
  readonly stored: number;
  readonly duplicate: number;
  /** The same SOP instance UID was there with other content. */
  readonly revised: number;
  /** Not taken; `problems` says why. */
  readonly refused: number;
  /** System files and the like: nothing that anybody misses. */
  readonly skipped: number;
}

export const NO_COUNTS: UploadCounts = {
  files: 0,
  stored: 0,
  duplicate: 0,
  revised: 0,
  refused: 0,
  skipped: 0,
};

export const Upload = defineEntity({
  name: "Upload",
  tableName: "upload",
  indexes: [
    { properties: ["state", "updatedAt"] },
    { properties: ["createdAt"] },
    // whose a study is
    {
      name: "upload_study_ids_index",
      expression: `create index "upload_study_ids_index" on "upload" using gin ("study_ids")`,
    },
  ],
  properties: {
    id: p.uuid().primary(),
    state: p.enum(UPLOAD_STATES).default("created"),
    account: () => p.manyToOne(Account).deleteRule("cascade"),
    remoteAddress: p.string().length(64).default(""),
    createdAt: p.datetime(6).defaultRaw("now()"),
    /** Last sign of life; an unfinished upload expires some time after it. */
    updatedAt: p.datetime(6).defaultRaw("now()"),
    finishedAt: p.datetime(6).nullable(),
    /** Announced size; null until the transfer begins. */
    bytes: p.bigint("number").nullable(),
    /** Bytes that were seen to arrive, about once a second. */
    receivedBytes: p.bigint("number").default(0),
    /** SHA-256 the sender announced, lower-case hex. */
    expectedSha256: p.character().length(64).nullable(),
    /** SHA-256 of what came, lower-case hex. */
    sha256: p.character().length(64).nullable(),
    /** The hub that takes it in. */
    hubId: p.uuid().nullable(),
    format: p.enum(["dicom", "nifti"] as const).nullable(),
    products: p.array().defaultRaw("'{}'::text[]"),
    /** The group its studies join; null: none. */
    groupId: p.uuid().nullable(),
    /** It holds one ZIP for each study instead of their files. */
    studyArchives: p.boolean().default(false),
    counts: p.json<UploadCounts>().defaultRaw("'{}'::jsonb"),
    /** Bytes of the files in it that were read so far, unpacked. */
    unpackedBytes: p.bigint("number").default(0),
    problems: p.json<UploadProblem[]>().defaultRaw("'[]'::jsonb"),
    /** Why it failed, or what it waits for. */
    code: p.string().nullable(),
    message: p.text().nullable(),
    studyIds: p.array().defaultRaw("'{}'::text[]"),
    // from here on: values that may identify the patient, emptied when the upload is over
    studyName: p.text().default(""),
    accessionNumber: p.text().default(""),
    patientAge: p.text().default(""),
    patientSex: p.text().default(""),
  },
});

export type UploadRow = InferEntity<typeof Upload>;
