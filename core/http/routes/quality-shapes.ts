// The shapes of the quality routes.
import { Type } from "typebox";
import { REASON } from "../../quality/bypass-consequences.ts";
import { STEP_STATES } from "../../steps/step-state.ts";
import { BypassInfo, CheckLineRow, Id, oneOf, RuleSetInfo, StepRow } from "../schemas.ts";

const sealed = { additionalProperties: false };
const time = Type.String({ format: "date-time" });
const maybeTime = Type.Union([time, Type.Null()]);

const consequences = Type.Array(Type.String(), {
  description: "What may come of it, to be shown to the person",
});

export const BypassPreview = Type.Object(
  { lines: Type.Array(CheckLineRow, { description: "Failed lines that would be let pass" }), consequences },
  sealed,
);
export const BypassDone = Type.Object({ step: StepRow, consequences }, sealed);
const reason = Type.String({
  minLength: REASON.shortest,
  maxLength: REASON.longest,
  description: "Why the study may go on; kept in the journal, so without names",
});
export const BypassBody = Type.Object({ reason }, sealed);

export const StudyBypassBody = Type.Object({ id: Id, reason }, sealed);
export const StudyBypassDone = Type.Object({ steps: Type.Array(StepRow), consequences }, sealed);

export const CorrectionBody = Type.Object(
  {
    patientAge: Type.Optional(Type.String({ maxLength: 16, description: "048Y, 48, 6M, or 90+" })),
    patientSex: Type.Optional(Type.String({ maxLength: 16, description: "M or F" })),
  },
  { ...sealed, minProperties: 1 },
);

export const QcReportInfo = Type.Object(
  {
    madeAt: time,
    study: Type.Object({
      id: Id,
      revision: Type.Integer(),
      format: oneOf(["dicom", "nifti"]),
      receivedAt: time,
      seriesCount: Type.Integer(),
      instanceCount: Type.Integer(),
    }),
    verdict: oneOf(["pass", "warn", "bypassed", "fail", "incomplete"]),
    summary: Type.String(),
    consequences,
    checks: Type.Array(
      Type.Object({
        check: Type.String({ description: "Name of the plugin entry" }),
        state: oneOf(STEP_STATES),
        endedAt: maybeTime,
        rules: Type.Union([RuleSetInfo, Type.Null()]),
        bypass: Type.Union([BypassInfo, Type.Null()]),
        lines: Type.Array(CheckLineRow),
        message: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  },
  sealed,
);

const verdict = oneOf(["pass", "fail", "warn", "bypassed", "not-run", "absent"]);
const ending = oneOf(["passed", "held"]);

export const DryRunBody = Type.Object(
  {
    plugin: Type.String({ maxLength: 64, description: "Name of a plugin entry of kind check" }),
    settings: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: "Go before the settings of the entry",
    }),
    profile: Type.Optional(
      Type.String({ maxLength: 1000, description: "Rule set; short for settings.profile" }),
    ),
    since: Type.Optional(Type.String({ format: "date-time", description: "Studies received from then on" })),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "The newest ones" }),
  },
  sealed,
);

export const DryRunInfo = Type.Object(
  {
    id: Id,
    plugin: Type.String(),
    state: oneOf(["running", "done", "cancelled", "failed"]),
    startedAt: time,
    endedAt: maybeTime,
    total: Type.Integer({ description: "Studies to replay" }),
    done: Type.Integer(),
    unreadable: Type.Integer({ description: "Studies whose files could not be read now" }),
    checks: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        same: Type.Integer({ description: "Studies of which it would say the same" }),
        changes: Type.Array(Type.Object({ was: verdict, wouldBe: verdict, studies: Type.Integer() })),
      }),
    ),
    studies: Type.Array(
      Type.Object({
        studyId: Id,
        was: ending,
        wouldBe: ending,
        changes: Type.Array(Type.Object({ id: Type.String(), was: verdict, wouldBe: verdict })),
      }),
      { description: "Studies of which a line would change" },
    ),
  },
  sealed,
);
