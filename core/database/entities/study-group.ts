// A group: studies that are run through the same products and reported on together; and the reports made of it.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** What a line of a group's report names its study by; all but the first identify the patient. */
export const GROUP_IDENTIFIERS = ["hub-id", "study-name", "accession", "patient-id"] as const;
export type GroupIdentifier = (typeof GROUP_IDENTIFIERS)[number];

export const StudyGroup = defineEntity({
  name: "StudyGroup",
  tableName: "study_group",
  indexes: [
    {
      name: "study_group_one_auto_assign",
      expression:
        'create unique index "study_group_one_auto_assign" on "study_group" ("auto_assign") where "auto_assign"',
    },
  ],
  uniques: [{ properties: ["owner", "name"] }],
  properties: {
    id: p.uuid().primary(),
    /** The organisation whose batch of the cloud API it is; empty for a group of the site. */
    owner: p.string().length(36).default(""),
    name: p.string().length(100),
    products: p.array(),
    /** Studies that come over DICOM join this group; one group at most. */
    autoAssign: p.boolean().default(false),
    /** Plugin entry that its reports go to; null: they are kept for download. */
    delivery: p.string().length(64).nullable(),
    sendOnCompletion: p.boolean().default(true),
    /** A preset or five fields of cron; null: no report by the clock. */
    schedule: p.string().length(200).nullable(),
    nextRunAt: p.datetime(6).nullable(),
    fileName: p.string().length(200),
    identifyBy: p.enum(GROUP_IDENTIFIERS).default("hub-id"),
    /** What the last completion was made of: a completion with something new in it is another one. */
    completedWith: p.array().defaultRaw("'{}'::text[]"),
    completedAt: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    createdBy: p.string().default(""),
  },
});

export const REPORT_STATES = ["kept", "ready", "sending", "sent", "failed", "unknown"] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** Why a report was made. */
export const REPORT_REASONS = ["completed", "scheduled", "asked-for"] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

export const GroupReport = defineEntity({
  name: "GroupReport",
  tableName: "group_report",
  indexes: [{ properties: ["group", "createdAt"] }, { properties: ["state", "target"] }],
  properties: {
    /** The idempotency key of its delivery. */
    id: p.uuid().primary(),
    group: () => p.manyToOne(StudyGroup).deleteRule("cascade"),
    createdAt: p.datetime(6).defaultRaw("now()"),
    reason: p.enum(REPORT_REASONS),
    identifyBy: p.enum(GROUP_IDENTIFIERS),
    /** Studies it tells of, by the hub's ids; what they came to may be deleted by then. */
    studyIds: p.array(),
    rows: p.integer(),
    fileName: p.string().length(255),
    /** Relative to the tree of results. */
    path: p.text(),
    bytes: p.bigint("number"),
    sha256: p.character().length(64),
    // its delivery from here on
    state: p.enum(REPORT_STATES).default("kept"),
    target: p.string().length(64).nullable(),
    attempt: p.integer().default(0),
    dueAt: p.datetime(6).defaultRaw("now()"),
    hubId: p.uuid().nullable(),
    /** Fences off whoever held it before. */
    claimToken: p.uuid().nullable(),
    /** Bytes are leaving the house, or have left it. */
    acting: p.boolean().default(false),
    receipt: p.json<Record<string, unknown>>().nullable(),
    code: p.string().nullable(),
    message: p.text().nullable(),
    settledAt: p.datetime(6).nullable(),
  },
});

export type StudyGroupRow = InferEntity<typeof StudyGroup>;
export type GroupReportRow = InferEntity<typeof GroupReport>;
