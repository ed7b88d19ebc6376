// Studies in lists: a page, the counts of its tabs, what can be filtered by; finding a patient, revealing a page, export.
import { pipeline } from "node:stream/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import { Study } from "../../database/entities/study.ts";
import { journal, journalAll } from "../../observe/journal.ts";
import { studiesAsCsv } from "../../studies/export-studies.ts";
import { findPatient, MOST_FOUND } from "../../studies/find-patient.ts";
import { ownWorkOf } from "../../studies/own-work.ts";
import { countStudies, filterOptions, listStudies, STUDY_SORTS } from "../../studies/study-list.ts";
import { type Api, requirePermission } from "../api.ts";
import { RevealReason, type RevealRule, reasonOf } from "../reveal-reason.ts";
import { ApiProblem, Id, listQuery, PHI_FIELDS, PhiField, StudyRow } from "../schemas.ts";
import { studyRow } from "../screen-rows.ts";
import { studyFilterOf, studyFilterShape } from "./study-filter-shape.ts";

const sealed = { additionalProperties: false };
const MOST_AT_ONCE = 500;

export function studyListRoutes(api: Api, orm: MikroORM, rule: () => RevealRule): void {
  readingRoutes(api, orm, rule);
  patientRoutes(api, orm, rule);
}

function readingRoutes(api: Api, orm: MikroORM, rule: () => RevealRule): void {
  api.route(
    {
      method: "get",
      path: "/api/studies",
      operationId: "listStudies",
      summary: "All studies, page by page; no value in it identifies a patient",
      tag: "Studies",
      permission: "studies.read",
      query: listQuery(STUDY_SORTS, "receivedAt", studyFilterShape),
      responses: { 200: Type.Object({ data: Type.Array(StudyRow), total: Type.Integer() }), 400: ApiProblem },
    },
    async ({ query, visitor }) => {
      const em = orm.em.fork();
      const { lines, total } = await listStudies(em, query, studyFilterOf(query));
      const ids = lines.map(({ study }) => study.id);
      const own = await ownWorkOf(em, ids, visitor!.accountId);
      return {
        status: 200,
        body: { data: lines.map((line) => studyRow(line, own.get(line.study.id))), total },
      };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/study-counts",
      operationId: "countStudies",
      summary: "How many studies there are in each status, of those that fit a filter",
      tag: "Studies",
      permission: "studies.read",
      query: Type.Object(studyFilterShape),
      responses: {
        200: Type.Object({ studies: Type.Record(Type.String(), Type.Integer()) }),
        400: ApiProblem,
      },
    },
    async ({ query }) => {
      const studies = await countStudies(orm.em.fork(), studyFilterOf(query));
      return { status: 200, body: { studies } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/study-filters",
      operationId: "getStudyFilters",
      summary: "The sources, modalities and products that occur, to filter by",
      tag: "Studies",
      permission: "studies.read",
      responses: {
        200: Type.Object({
          sources: Type.Array(Type.String()),
          modalities: Type.Array(Type.String()),
          products: Type.Array(Type.String()),
        }),
      },
    },
    async () => ({ status: 200, body: await filterOptions(orm.em.fork()) }),
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/export",
      operationId: "exportStudies",
      summary: "Studies as a CSV file, without what identifies patients unless that is asked for; journalled",
      tag: "Studies",
      permission: "studies.read",
      body: Type.Object(
        {
          ...studyFilterShape,
          withPatients: Type.Boolean({
            default: false,
            description: "With name, patient ID and accession number; needs studies.reveal",
          }),
          reason: RevealReason,
        },
        sealed,
      ),
      responses: { 200: null, 400: ApiProblem, 403: ApiProblem },
    },
    async ({ body: { withPatients, reason, ...asked }, visitor, response }) => {
      if (withPatients) requirePermission(visitor!, "studies.reveal");
      const why = withPatients ? reasonOf(rule(), reason) : {};
      const filter = studyFilterOf(asked);
      const em = orm.em.fork();
      const detail = { filters: Object.keys(filter), withPatients, ...why };
      await journal(em, { event: "studies.exported", actor: visitor!.name, detail });
      response.setHeader("Content-Disposition", contentDisposition("studies.csv"));
      response.type("text/csv");
      await pipeline(studiesAsCsv(em, filter, withPatients), response);
      return { status: 200, body: undefined };
    },
  );
}

function patientRoutes(api: Api, orm: MikroORM, rule: () => RevealRule): void {
  api.route(
    {
      method: "post",
      path: "/api/find-patient",
      operationId: "findPatient",
      summary:
        "Ids of the studies of a patient, newest first; who asked is journalled, what was typed is not kept",
      tag: "Studies",
      permission: "studies.reveal",
      body: Type.Object(
        {
          text: Type.String({
            minLength: 2,
            maxLength: 128,
            pattern: "[\\p{L}\\p{N}]",
            description:
              "Words of a name, or the beginning of a patient ID, an accession number or a study name; all must fit",
          }),
          reason: RevealReason,
        },
        sealed,
      ),
      responses: {
        200: Type.Object({
          ids: Type.Array(Id, { maxItems: MOST_FOUND }),
          more: Type.Boolean({ description: `There are more than ${MOST_FOUND}` }),
        }),
        400: ApiProblem,
      },
    },
    async ({ body, visitor }) => {
      const why = reasonOf(rule(), body.reason);
      const { ids, more } = await findPatient(orm.em.fork(), body.text, visitor!.name, why);
      return { status: 200, body: { ids, more } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/reveal",
      operationId: "revealStudies",
      summary:
        "Shows values that identify the patients of a page of studies; each study has its line in the journal",
      tag: "Studies",
      permission: "studies.reveal",
      body: Type.Object(
        {
          studyIds: Type.Array(Id, { minItems: 1, maxItems: MOST_AT_ONCE, uniqueItems: true }),
          fields: Type.Array(PhiField, { minItems: 1, uniqueItems: true, maxItems: PHI_FIELDS.length }),
          reason: RevealReason,
        },
        sealed,
      ),
      responses: {
        200: Type.Record(Type.String(), Type.Record(Type.String(), Type.String()), {
          description: "Values by the id of the study; what is gone is left out",
        }),
        400: ApiProblem,
      },
    },
    async ({ body: { studyIds, fields, reason }, visitor, response }) => {
      const why = reasonOf(rule(), reason);
      const em = orm.em.fork();
      const studies = await em.find(Study, { id: { $in: studyIds } });
      const line = {
        event: "phi.revealed",
        actor: visitor!.name,
        detail: { fields, together: studies.length, ...why },
      };
      await journalAll(
        em,
        studies.map(({ id }) => ({ ...line, studyId: id })),
      );
      response.setHeader("Cache-Control", "no-store");
      const values = studies.map((study) => {
        const held = fields.filter((field) => study[field] !== "");
        return [study.id, Object.fromEntries(held.map((field) => [field, study[field]]))] as const;
      });
      return { status: 200, body: Object.fromEntries(values) };
    },
  );
}
