// The shapes in which the API speaks of groups, and how rows become them.
import { type Static, Type } from "typebox";
import {
  GROUP_IDENTIFIERS,
  type GroupReportRow,
  REPORT_REASONS,
  REPORT_STATES,
  type StudyGroupRow,
} from "../../database/entities/study-group.ts";
import type { Members } from "../../groups/group-queries.ts";
import { DEFAULT_FILE_NAME } from "../../groups/report-name.ts";
import { Id, oneOf } from "../schemas.ts";

const sealed = { additionalProperties: false };
const time = Type.String({ format: "date-time" });
const maybeTime = Type.Union([time, Type.Null()]);
const maybeText = Type.Union([Type.String(), Type.Null()]);
const counted = (description: string) => Type.Integer({ description });

const name = Type.String({
  pattern: "^\\S(.{0,98}\\S)?$",
  description: "Shown on screens and in file names: nothing about a patient",
});
const products = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  description: "What all its studies are run through; cannot be changed while studies are in it",
});
const delivery = Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()], {
  description: "Destination of its reports, one that takes documents; null: they are kept for download",
});
const schedule = Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()], {
  description: "When a report is sent by the clock: a preset or five fields of cron, in the hub's time zone",
});
const fileName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Template of the reports' file name: {group_name} {report_type} {date}",
});
const identifyBy = (options: object = {}) =>
  oneOf(GROUP_IDENTIFIERS, {
    description: "What a line names its study by beside the hub's id; all but hub-id identify the patient",
    ...options,
  });

export const GroupForm = Type.Object(
  {
    ...{ name, products },
    autoAssign: Type.Boolean({ default: false, description: "Studies that come over DICOM join it" }),
    delivery: Type.Optional(delivery),
    sendOnCompletion: Type.Boolean({
      default: true,
      description: "Send its report when all its studies are through",
    }),
    schedule: Type.Optional(schedule),
    fileName: Type.String({ ...fileName, default: DEFAULT_FILE_NAME }),
    identifyBy: identifyBy({ default: "hub-id" }),
  },
  sealed,
);

export const GroupChange = Type.Partial(
  Type.Object({
    ...{ name, products, delivery, schedule, fileName },
    ...{ autoAssign: Type.Boolean(), sendOnCompletion: Type.Boolean(), identifyBy: identifyBy() },
  }),
  sealed,
);

export const GroupReportInfo = Type.Object(
  {
    id: Id,
    groupId: Id,
    createdAt: time,
    reason: oneOf(REPORT_REASONS),
    identifyBy: identifyBy(),
    studies: Type.Integer(),
    rows: Type.Integer(),
    fileName: Type.String(),
    bytes: Type.Integer(),
    sha256: Type.String(),
    state: oneOf(REPORT_STATES, {
      description: "kept: for download only; unknown: a person must look whether it arrived",
    }),
    target: maybeText,
    attempt: Type.Integer(),
    code: maybeText,
    message: maybeText,
    settledAt: maybeTime,
  },
  sealed,
);

export const GroupInfo = Type.Object(
  {
    id: Id,
    ...{ name, products, delivery, schedule, fileName },
    autoAssign: Type.Boolean(),
    sendOnCompletion: Type.Boolean(),
    identifyBy: identifyBy(),
    createdAt: time,
    createdBy: Type.String(),
    nextReportAt: maybeTime,
    completedAt: maybeTime,
    complete: Type.Boolean({
      description: "It has studies, and nothing is on its way or waits for a person",
    }),
    members: Type.Object({
      total: Type.Integer(),
      done: counted("Processed or delivered"),
      failed: counted("Failed, cancelled, or could not be delivered"),
      waiting: counted("Wait for a person"),
      working: counted("On their way"),
    }),
    lastReport: Type.Union([GroupReportInfo, Type.Null()]),
  },
  sealed,
);

export function reportInfo(row: GroupReportRow): Static<typeof GroupReportInfo> {
  const { id, reason, identifyBy, rows, fileName, bytes, sha256, state, attempt } = row;
  return {
    ...{ id, reason, identifyBy, rows, fileName, bytes, sha256, state, attempt },
    groupId: row.group.id,
    createdAt: row.createdAt.toISOString(),
    studies: row.studyIds.length,
    target: row.target ?? null,
    code: row.code ?? null,
    message: row.message ?? null,
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}

export interface GroupSight {
  readonly group: StudyGroupRow;
  readonly members: Members;
  readonly complete: boolean;
  readonly lastReport: GroupReportRow | undefined;
}

export function groupInfo({ group, members, complete, lastReport }: GroupSight): Static<typeof GroupInfo> {
  const { id, name, products, fileName, autoAssign, sendOnCompletion, identifyBy, createdBy } = group;
  return {
    ...{ id, name, products, fileName, autoAssign, sendOnCompletion, identifyBy, createdBy, complete },
    delivery: group.delivery ?? null,
    schedule: group.schedule ?? null,
    createdAt: group.createdAt.toISOString(),
    nextReportAt: group.nextRunAt?.toISOString() ?? null,
    completedAt: group.completedAt?.toISOString() ?? null,
    members: { ...members },
    lastReport: lastReport ? reportInfo(lastReport) : null,
  };
}
