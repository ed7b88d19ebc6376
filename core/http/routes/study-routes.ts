// One study: its whole story, what a person can do about it, and the audited reveal of what identifies the patient.
import type { MikroORM } from "@mikro-orm/postgresql";
import { Type } from "typebox";
import { Study } from "../../database/entities/study.ts";
import { journal } from "../../observe/journal.ts";
import { ownWorkOf } from "../../studies/own-work.ts";
import type { Rejection, RejectionAnswer } from "../../studies/reject-study.ts";
import { findStudy } from "../../studies/study-queries.ts";
import { seriesOf } from "../../studies/study-series.ts";
import { withNotices } from "../../studies/told-notices.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { RevealReason, type RevealRule, reasonOf } from "../reveal-reason.ts";
import { ApiProblem, Id, PHI_FIELDS, PhiField, StudyInfo } from "../schemas.ts";
import { orderRow, resultRow, stepRow, studyRow, timelineEntry } from "../screen-rows.ts";

/** Makes a study stable now; false when it is not being received. */
export type ForceStable = (id: string, actor: string) => Promise<boolean>;

/** Ends a study that a check holds. */
export type RejectStudy = (rejection: Rejection) => Promise<RejectionAnswer>;

export interface StudyActions {
  readonly forceStable: ForceStable;
  readonly rejectStudy: RejectStudy;
  readonly revealRule: () => RevealRule;
}

export function studyRoutes(api: Api, orm: MikroORM, actions: StudyActions): void {
  const { forceStable, rejectStudy, revealRule } = actions;
  api.route(
    {
      method: "get",
      path: "/api/study-info/:id",
      operationId: "getStudyInfo",
      summary: "One study with its orders, steps, results and timeline",
      tag: "Studies",
      permission: "studies.read",
      params: Type.Object({ id: Id }),
      responses: { 200: StudyInfo, 404: ApiProblem },
    },
    async ({ params, visitor }) => {
      const em = orm.em.fork();
      const sight = await findStudy(em, params.id);
      if (!sight) throw notFound("study");
      const running = sight.steps.find(({ state }) => state === "claimed" || state === "acting");
      const ordered = new Set(sight.orders.map(({ product }) => product));
      const products = ordered.size > 0 ? [...ordered] : (sight.study.products ?? []);
      const resultId = sight.results[0]?.result.id;
      const own = await ownWorkOf(em, [params.id], visitor!.accountId);
      const body = {
        study: studyRow({ ...sight, running, products, resultId }, own.get(params.id)),
        lateStudies: sight.lateStudies,
        orders: sight.orders.map(orderRow),
        steps: sight.steps.map((step) => stepRow(step, sight.places.get(step.id))),
        results: sight.results.map(resultRow),
        timeline: await withNotices(em, params.id, sight.timeline.map(timelineEntry)),
      };
      return { status: 200, body };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/studies/:id/series",
      operationId: "listSeries",
      summary: "The series of a study in the order in which they came; nothing in it identifies the patient",
      tag: "Studies",
      permission: "studies.read",
      params: Type.Object({ id: Id }),
      responses: {
        200: Type.Object({
          data: Type.Array(
            Type.Object({
              id: Type.String({ description: "Of its first image" }),
              modality: Type.String(),
              images: Type.Integer(),
              pictures: Type.Boolean({ description: "Whether there is something to look at" }),
              bytes: Type.Integer(),
              transferSyntaxes: Type.Array(Type.String(), { description: "UIDs" }),
            }),
          ),
        }),
      },
    },
    async ({ params }) => ({ status: 200, body: { data: await seriesOf(orm.em.fork(), params.id) } }),
  );

  api.route(
    {
      method: "put",
      path: "/api/force-stable",
      operationId: "forceStable",
      summary: "Takes a study for complete now, without waiting for its quiet time or its associations",
      tag: "Studies",
      permission: "studies.complete",
      body: Type.Object({ id: Id }, { additionalProperties: false }),
      responses: { 204: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ body, visitor }) => {
      if (await forceStable(body.id, visitor!.name)) return { status: 204, body: undefined };
      const there = await orm.em.fork().count(Study, { id: body.id });
      if (there === 0) throw notFound("study");
      throw new ApiError(409, "api.not-receiving", "This study is complete already.");
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/:id/reject",
      operationId: "rejectStudy",
      summary: "Ends a study that a check holds; its orders fail, each with a failure report",
      tag: "Studies",
      permission: "studies.reject",
      params: Type.Object({ id: Id }),
      body: Type.Object(
        {
          reason: Type.String({
            minLength: 3,
            maxLength: 500,
            description: "Why; kept in the journal for good, so without anything about the patient",
          }),
        },
        { additionalProperties: false },
      ),
      responses: { 204: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const answer = await rejectStudy({ studyId: params.id, reason: body.reason, actor: visitor!.name });
      if (answer === "no-study") throw notFound("study");
      if (answer === "not-held") throw new ApiError(409, "api.not-held", "No check holds this study.");
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/:id/reveal",
      operationId: "revealStudy",
      summary: "Shows values that identify the patient; who asked for what is journalled",
      tag: "Studies",
      permission: "studies.reveal",
      params: Type.Object({ id: Id }),
      body: Type.Object(
        {
          fields: Type.Array(PhiField, { minItems: 1, uniqueItems: true, maxItems: PHI_FIELDS.length }),
          reason: RevealReason,
        },
        { additionalProperties: false },
      ),
      responses: { 200: Type.Record(Type.String(), Type.String()), 400: ApiProblem, 404: ApiProblem },
    },
    async ({ params, body, visitor, response }) => {
      const em = orm.em.fork();
      const study = await em.findOne(Study, params.id);
      if (!study) throw notFound("study");
      const detail = { fields: body.fields, ...reasonOf(revealRule(), body.reason) };
      await journal(em, { event: "phi.revealed", studyId: study.id, actor: visitor!.name, detail });
      response.setHeader("Cache-Control", "no-store");
      const values = body.fields.map((field) => [field, study[field]] as const);
      return { status: 200, body: Object.fromEntries(values) };
    },
  );
}
