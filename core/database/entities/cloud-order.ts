// An order of the cloud API, and the archives and parts its data comes in.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import { CLOUD_STATUSES, type OrderMetadata } from "@thalamus/sdk/cloud";
import { StudyGroup } from "./study-group.ts";

/** `awaited`: parts may come; `complete`: all are there, the hub takes them in; then `taken` or `refused`. */
export const FILES_STATES = ["awaited", "complete", "taken", "refused"] as const;
export type FilesState = (typeof FILES_STATES)[number];

export interface KeptReportFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Relative to the tree of results. */
  readonly path: string;
}

export const CloudOrder = defineEntity({
  name: "CloudOrder",
  tableName: "cloud_order",
  indexes: [
    { properties: ["organisationId", "updatedAt", "id"] },
    { properties: ["status", "expiresAt"] },
    { properties: ["filesState"] },
    {
      name: "cloud_order_unlisted",
      expression:
        'create index "cloud_order_unlisted" on "cloud_order" ("organisation_id") where not "listed"',
    },
    {
      name: "cloud_order_to_empty",
      expression:
        'create index "cloud_order_to_empty" on "cloud_order" ("id") where not "emptied" ' +
        "and (\"files_state\" = 'refused' or \"status\" = 'EXPIRED')",
    },
    {
      name: "cloud_order_study_name",
      expression:
        'create unique index "cloud_order_study_name" on "cloud_order" ("organisation_id", "study_name") ' +
        "where \"study_name\" is not null and \"status\" not in ('CANCELLED', 'EXPIRED')",
    },
    {
      name: "cloud_order_study_uid",
      expression:
        'create index "cloud_order_study_uid" on "cloud_order" ("organisation_id", (coalesce("sent_uid", "study_uid")))',
    },
  ],
  uniques: [{ properties: ["memberId", "idempotencyKey"] }],
  properties: {
    /** The owner of its study. */
    id: p.uuid().primary(),
    organisationId: p.uuid(),
    memberId: p.uuid(),
    keyId: p.uuid(),
    /** The API it came by. */
    generation: p.integer(),
    status: p.enum(CLOUD_STATUSES).default("PENDING"),
    /** As the client named them. */
    products: p.array(),
    /** The same as the hub names them, in the same order. */
    hubProducts: p.array(),
    idempotencyKey: p.string().length(200).nullable(),
    group: () => p.manyToOne(StudyGroup).deleteRule("set null").nullable(),
    filesState: p.enum(FILES_STATES).default("awaited"),
    /** Its data was complete. */
    filesAt: p.datetime(6).nullable(),
    /** The hub that takes its files in, until it has stopped doing so. */
    hubId: p.uuid().nullable(),
    /** Of an order that was refused or has expired: its study and files are gone. */
    emptied: p.boolean().default(false),
    /** The hub's study; it may be gone. */
    studyId: p.uuid().nullable(),
    /** Why it failed, or what it waits for. */
    code: p.string().nullable(),
    message: p.text().nullable(),
    /** Files of the failure report of an order without a study; those of others are results. */
    report: p.json<KeptReportFile[]>().defaultRaw("'[]'::jsonb"),
    createdAt: p.datetime(6).defaultRaw("now()"),
    /** Last change that a client can see; of a line that is listed it only grows (see list-orders.ts). */
    updatedAt: p.datetime(6).defaultRaw("clock_timestamp()"),
    /** It has its place in the list of changes. */
    listed: p.boolean().default(false),
    /** Last sign of life of its client, while data is awaited. */
    heardAt: p.datetime(6).defaultRaw("now()"),
    expiresAt: p.datetime(6),
    // from here on: what tells of the patient, emptied when the order expires
    /** StudyInstanceUID (0020,000D) of what will be sent, as announced. */
    studyUid: p.string().length(64).nullable(),
    /** StudyInstanceUID of what was sent. */
    sentUid: p.string().length(64).nullable(),
    /** PatientID (0010,0020) of what will be sent, as announced. */
    patientPseudonym: p.string().length(64).nullable(),
    studyName: p.string().length(50).nullable(),
    metadata: p.json<OrderMetadata>().defaultRaw("'{}'::jsonb"),
  },
});

export const CLOUD_UPLOAD_STATES = ["open", "complete", "aborted"] as const;

/** A part that counts. */
export interface ChosenPart {
  readonly number: number;
  readonly etag: string;
  readonly bytes: number;
}

export const CloudUpload = defineEntity({
  name: "CloudUpload",
  tableName: "cloud_upload",
  indexes: [{ properties: ["order"] }, { properties: ["cleared", "state"] }],
  properties: {
    id: p.uuid().primary(),
    order: () => p.manyToOne(CloudOrder).deleteRule("cascade"),
    /** Generation 1 sends an order as several archives. */
    archive: p.integer().default(0),
    state: p.enum(CLOUD_UPLOAD_STATES).default("open"),
    /** Announced size and SHA-256 (lower-case hex) of the whole archive. */
    bytes: p.bigint("number").nullable(),
    sha256: p.character().length(64).nullable(),
    /** One part that begins the order when it is there. */
    single: p.boolean().default(false),
    partBytes: p.bigint("number"),
    storage: p.enum(["local", "s3"] as const),
    /** Of an object store: the object, its multipart upload, and whether that one checks SHA-256 of every part. */
    objectKey: p.text().nullable(),
    multipartId: p.text().nullable(),
    checked: p.boolean().default(false),
    /** Set when it is complete. */
    parts: p.json<ChosenPart[]>().defaultRaw("'[]'::jsonb"),
    createdAt: p.datetime(6).defaultRaw("now()"),
    completedAt: p.datetime(6).nullable(),
    /** Its bytes are gone from the store: they were taken in, or nobody wants them. */
    cleared: p.boolean().default(false),
  },
});

export const CloudPart = defineEntity({
  name: "CloudPart",
  tableName: "cloud_part",
  properties: {
    upload: () => p.manyToOne(CloudUpload).primary().deleteRule("cascade"),
    number: p.integer().primary(),
    /** SHA-256 that was named when its address was asked for, lower-case hex. */
    named: p.character().length(64).nullable(),
    /** Null until it arrived here; an object store does not tell. */
    etag: p.string().nullable(),
    bytes: p.bigint("number").default(0),
    /** In the folder of the upload; another one for every time it was sent. */
    file: p.string().nullable(),
    receivedAt: p.datetime(6).nullable(),
  },
});

export type CloudOrderRow = InferEntity<typeof CloudOrder>;
export type CloudUploadRow = InferEntity<typeof CloudUpload>;
export type CloudPartRow = InferEntity<typeof CloudPart>;
