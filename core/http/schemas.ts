// The shapes the API speaks; the console's types are generated from them.
import { type TProperties, Type } from "typebox";
import { ALL_PERMISSIONS } from "../access/permissions.ts";
import { PHASES, STEP_STATES } from "../steps/step-state.ts";
import { OWN_WORK } from "../studies/own-work.ts";
import { QC_VERDICTS } from "../studies/qc-verdict.ts";
import { ORDER_STATUSES, STUDY_STATUSES } from "../studies/transitions.ts";
import { UPLOAD_STATES } from "../uploads/upload-state.ts";

const oneOf = <const V extends readonly string[]>(values: V, options: object = {}) =>
  Type.Unsafe<V[number]>({ type: "string", enum: [...values], ...options });

const time = Type.String({ format: "date-time" });
const maybeTime = Type.Union([time, Type.Null()]);
const id = Type.String({ format: "uuid" });
const sealed = { additionalProperties: false };

export const ApiProblem = Type.Object({
  code: Type.String(),
  message: Type.String(),
  details: Type.Optional(Type.Unknown()),
  errorId: Type.Optional(Type.String()),
});

/** Names of the fields of a study that identify the patient and hold a value. */
export const PHI_FIELDS = [
  "studyName",
  "patientName",
  "patientId",
  "patientBirthDate",
  "patientSex",
  "patientAge",
  "accessionNumber",
  "studyId",
  "studyDate",
  "studyDescription",
  "referringPhysicianName",
  "studyInstanceUid",
] as const;
export const PhiField = oneOf(PHI_FIELDS);

export const StudyRow = Type.Object(
  {
    id,
    revision: Type.Integer(),
    part: Type.Integer({ description: "More than 1 for a study that late instances made" }),
    lateOf: Type.Union([id, Type.Null()], {
      description: "The study that these instances came too late for",
    }),
    status: oneOf(STUDY_STATUSES),
    statusSince: time,
    qc: oneOf(QC_VERDICTS, { description: "What the quality checks of this revision came to" }),
    products: Type.Array(Type.String(), {
      description: "Ordered for it, or chosen while nothing is ordered",
    }),
    resultId: Type.Union([id, Type.Null()], { description: "The newest result" }),
    receivedAt: time,
    stableAt: maybeTime,
    quietSince: Type.Union([time, Type.Null()], {
      description:
        "While nothing comes: it is complete when this lasts; null while it is sent, and afterwards",
    }),
    source: Type.String({ description: "Calling AE title of the sender; UPLOAD for an upload" }),
    format: oneOf(["dicom", "nifti"]),
    seriesCount: Type.Integer(),
    instanceCount: Type.Integer(),
    bytes: Type.Integer(),
    modalities: Type.Array(Type.String()),
    groupId: Type.Union([id, Type.Null()], { description: "The group it is in" }),
    valuesFrom: Type.Record(Type.String(), oneOf(["form", "sidecar", "correction"]), {
      description:
        "Fields whose value was given beside the images and counts more than they do, and where it stood",
    }),
    phi: Type.Array(PhiField, { description: "Fields that can be revealed; values are never in a list" }),
    own: Type.Union([oneOf(OWN_WORK), Type.Null()], {
      description: "What of its work who asks has begun: all of it by an upload, some orders, or nothing",
    }),
    progress: Type.Union([Type.Number(), Type.Null()], { description: "0 to 1 of the step that runs" }),
    stage: Type.Union([Type.String(), Type.Null()]),
  },
  sealed,
);

export const CheckLineRow = Type.Object({
  id: Type.String(),
  title: Type.String(),
  verdict: oneOf(["pass", "fail", "warn", "bypassed", "not-run"]),
  found: Type.String(),
  wanted: Type.String(),
  howToFix: Type.Optional(Type.String()),
  series: Type.Array(Type.String(), { description: "Series it is about, by labels without PHI" }),
});

export const RuleSetInfo = Type.Object({
  name: Type.String(),
  version: Type.String(),
  title: Type.Optional(Type.String()),
});

export const BypassInfo = Type.Object({
  by: Type.String({ description: "Account" }),
  at: time,
  reason: Type.String(),
  lines: Type.Array(Type.String(), { description: "Ids of the lines" }),
});

export const StepRow = Type.Object(
  {
    id,
    phase: oneOf(PHASES),
    target: Type.String(),
    revision: Type.Integer(),
    orderId: Type.Union([id, Type.Null()], { description: "The order it carries out or delivers" }),
    queue: Type.Union([Type.Object({ place: Type.Integer(), waiting: Type.Integer() }), Type.Null()], {
      description: "Of an order that waits for its turn: its place, 1 for the next one, and how many wait",
    }),
    resultId: Type.Union([id, Type.Null()], {
      description: "What is delivered; null for a step that is no delivery",
    }),
    state: oneOf(STEP_STATES),
    attempt: Type.Integer(),
    progress: Type.Union([Type.Number(), Type.Null()]),
    stage: Type.Union([Type.String(), Type.Null()]),
    createdAt: time,
    claimedAt: maybeTime,
    settledAt: maybeTime,
    notBefore: maybeTime,
    code: Type.Union([Type.String(), Type.Null()], { description: "Error code when it failed or waits" }),
    message: Type.Union([Type.String(), Type.Null()]),
    lines: Type.Array(CheckLineRow, { description: "Lines of a quality check" }),
    rules: Type.Union([RuleSetInfo, Type.Null()], { description: "Rule set that the lines were judged by" }),
    bypass: Type.Union([BypassInfo, Type.Null()], { description: "Who let failed lines pass, and why" }),
  },
  sealed,
);

export const ArtifactRow = Type.Object(
  {
    name: Type.String(),
    mediaType: Type.String(),
    bytes: Type.Integer(),
    sha256: Type.String(),
    fileName: Type.String(),
  },
  sealed,
);

export const ResultRow = Type.Object(
  {
    id,
    orderId: id,
    studyId: id,
    revision: Type.Integer({ description: "Revision of the study it was made from" }),
    kind: oneOf(["diagnostic", "failure"]),
    phi: Type.Array(PhiField, { description: "Fields of its study that can be revealed" }),
    product: Type.String(),
    productVersion: Type.String(),
    orderStatus: oneOf(ORDER_STATUSES),
    createdAt: time,
    warnings: Type.Array(Type.String()),
    error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
    indexes: Type.Array(
      Type.Object({
        name: Type.String(),
        value: Type.Union([Type.Number(), Type.Null()]),
        unit: Type.String(),
      }),
    ),
    artifacts: Type.Array(ArtifactRow),
    deliveries: Type.Array(
      Type.Object({ target: Type.String(), state: oneOf(STEP_STATES), attempt: Type.Integer() }),
    ),
  },
  sealed,
);

/** One result with those around it, for a viewer that goes from one to the next. */
export const ResultInfo = Type.Object(
  {
    ...ResultRow.properties,
    newerId: Type.Union([id, Type.Null()], { description: "A later result of the same study and product" }),
    previousId: Type.Union([id, Type.Null()], { description: "The one above it in the list, newest first" }),
    nextId: Type.Union([id, Type.Null()], { description: "The one below it" }),
  },
  sealed,
);

export const TimelineEntry = Type.Object(
  {
    id: Type.String(),
    at: time,
    event: Type.String({ description: "Past tense, dotted: study.stable" }),
    actor: Type.String(),
    stepId: Type.Union([id, Type.Null()]),
    detail: Type.Record(Type.String(), Type.Unknown()),
  },
  sealed,
);

export const OrderRow = Type.Object(
  {
    id,
    product: Type.String(),
    revision: Type.Integer(),
    status: oneOf(ORDER_STATUSES),
    createdAt: time,
    updatedAt: time,
  },
  sealed,
);

export const StudyInfo = Type.Object(
  {
    study: StudyRow,
    lateStudies: Type.Array(id, {
      description: "Studies that late instances of this one made, oldest first",
    }),
    orders: Type.Array(OrderRow),
    steps: Type.Array(StepRow),
    results: Type.Array(ResultRow),
    timeline: Type.Array(TimelineEntry),
  },
  sealed,
);

const maybeText = Type.Union([Type.String(), Type.Null()]);
const count = (description: string) => Type.Integer({ description });

export const UploadRow = Type.Object(
  {
    id,
    state: oneOf(UPLOAD_STATES),
    by: Type.String({ description: "Account that announced it" }),
    createdAt: time,
    updatedAt: time,
    finishedAt: maybeTime,
    bytes: Type.Union([Type.Integer(), Type.Null()], { description: "Size as it is sent" }),
    receivedBytes: Type.Integer(),
    unpackedBytes: Type.Integer({ description: "Bytes of its files that were taken in so far" }),
    sha256: maybeText,
    format: Type.Union([oneOf(["dicom", "nifti"]), Type.Null()]),
    products: Type.Array(Type.String()),
    groupId: Type.Union([id, Type.Null()], { description: "Group that its studies join" }),
    studyArchives: Type.Boolean({ description: "It holds one ZIP for each study" }),
    counts: Type.Object({
      files: count("Files in it"),
      stored: count("New objects"),
      duplicate: count("Objects that were there already"),
      revised: count("Objects whose UID was there with other content"),
      refused: count("Files that were not taken; problems say why"),
      skipped: count("System files"),
    }),
    problems: Type.Array(
      Type.Object({
        position: Type.Integer({ description: "1 is the first file in the archive; names are not kept" }),
        code: Type.String(),
        message: Type.String(),
      }),
    ),
    code: Type.Union([Type.String(), Type.Null()], { description: "Why it failed, or what it waits for" }),
    message: maybeText,
    studyIds: Type.Array(Type.String()),
  },
  sealed,
);

/** One query grammar for every list. */
export const listQuery = <const S extends readonly string[], const F extends TProperties>(
  sorts: S,
  fallback: S[number],
  filters: F,
) =>
  Type.Object({
    page: Type.Integer({ minimum: 1, default: 1 }),
    perPage: Type.Integer({ minimum: 1, maximum: 500, default: 25 }),
    sort: oneOf(sorts, { default: fallback }),
    order: oneOf(["ASC", "DESC"], { default: "DESC" }),
    ...filters,
  });

export const PermissionName = oneOf(ALL_PERMISSIONS);

export const SessionView = Type.Object(
  {
    name: Type.String(),
    role: Type.String(),
    roleTitle: Type.String(),
    permissions: Type.Array(PermissionName, { description: "What this session may do" }),
    source: oneOf(["local", "saml", "oidc"], { description: "Where the account signs in" }),
    idleMinutes: Type.Integer({ description: "The session ends when nobody has used it for so long" }),
  },
  sealed,
);
export { id as Id, maybeTime as MaybeTime, oneOf, time as Time };
