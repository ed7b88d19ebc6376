// What lists of studies can be filtered by, as the API takes it, and as the queries want it.
import { type Static, Type } from "typebox";
import { QC_VERDICTS } from "../../studies/qc-verdict.ts";
import type { StudyFilter } from "../../studies/study-filter.ts";
import { STUDY_STATUSES, type StudyStatus } from "../../studies/transitions.ts";
import { Id, oneOf, Time } from "../schemas.ts";

const anyStatus = `(${STUDY_STATUSES.join("|")})`;

export const IdBeginning = Type.String({
  pattern: "^[0-9a-fA-F-]{1,36}$",
  description: "Beginning of the hub's id of a study, an order or a result; nothing else is looked for here",
});

export const studyFilterShape = {
  status: Type.Optional(
    Type.String({
      pattern: `^${anyStatus}(,${anyStatus})*$`,
      description: "One or more, with commas between",
    }),
  ),
  q: Type.Optional(IdBeginning),
  group: Type.Optional(
    Type.Union([Id, Type.Literal("none")], { description: "none: studies that are in no group" }),
  ),
  qc: Type.Optional(oneOf(QC_VERDICTS)),
  product: Type.Optional(Type.String({ maxLength: 255 })),
  source: Type.Optional(Type.String({ maxLength: 16, description: "AE title of the sender" })),
  modality: Type.Optional(Type.String({ maxLength: 16 })),
  from: Type.Optional(Time),
  until: Type.Optional(Time),
  ids: Type.Optional(Type.String({ description: "Ids, separated by commas", maxLength: 20_000 })),
};

const StudyFilterShape = Type.Object(studyFilterShape);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function studyFilterOf(asked: Static<typeof StudyFilterShape>): StudyFilter {
  const { status, q, group, qc, product, source, modality, from, until, ids } = asked;
  return {
    ...(status === undefined ? {} : { status: status.split(",") as StudyStatus[] }),
    ...(q === undefined ? {} : { q }),
    ...(group === undefined ? {} : { group }),
    ...(qc === undefined ? {} : { qc }),
    ...(product === undefined ? {} : { product }),
    ...(source === undefined ? {} : { source }),
    ...(modality === undefined ? {} : { modality }),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
    ...(ids === undefined ? {} : { ids: ids.split(",").filter((id) => UUID.test(id)) }),
  };
}
