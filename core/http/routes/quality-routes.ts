// Quality control: bypass a held check, correct age or sex, check again, and the report.
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import { BYPASS_CONSEQUENCES, REASON } from "../../quality/bypass-consequences.ts";
import { correctDemographics } from "../../quality/correct-demographics.ts";
import type { HeldChecks } from "../../quality/held-checks.ts";
import { type QcReport, qcReport } from "../../quality/qc-report.ts";
import { findStudy } from "../../studies/study-queries.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { asApiError } from "../quality-error.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";
import { checkLineRow, stepRow } from "../screen-rows.ts";
import {
  BypassBody,
  BypassDone,
  BypassPreview,
  CorrectionBody,
  QcReportInfo,
  StudyBypassBody,
  StudyBypassDone,
} from "./quality-shapes.ts";

const consequences = [...BYPASS_CONSEQUENCES];

/** @param heldChecks asked for when a route is called */
export function qualityRoutes(api: Api, orm: MikroORM, heldChecks: () => HeldChecks): void {
  api.route(
    {
      method: "get",
      path: "/api/steps/:id/bypass",
      operationId: "previewBypass",
      summary: "What a bypass of this held check would let pass, and what may come of it",
      tag: "Quality",
      permission: "studies.bypass",
      params: Type.Object({ id: Id }),
      responses: { 200: BypassPreview, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params }) => {
      const lines = await heldChecks().failedLines(params.id).catch(asApiError);
      return { status: 200, body: { lines: lines.map(checkLineRow), consequences } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/steps/:id/bypass",
      operationId: "bypassCheck",
      summary: "Lets a study pass that this check holds; who, why and which lines is journalled",
      tag: "Quality",
      permission: "studies.bypass",
      params: Type.Object({ id: Id }),
      body: BypassBody,
      responses: { 200: BypassDone, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const reason = reasonOf(body);
      const step = await heldChecks().bypass(params.id, visitor!.name, reason).catch(asApiError);
      return { status: 200, body: { step: stepRow(step), consequences } };
    },
  );

  api.route(
    {
      method: "put",
      path: "/api/bypass-qc",
      operationId: "bypassQc",
      summary: "Lets a study pass that its checks hold, all of them in one; journalled like a bypass of each",
      tag: "Quality",
      permission: "studies.bypass",
      body: StudyBypassBody,
      responses: { 200: StudyBypassDone, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ body, visitor }) => {
      const reason = reasonOf(body);
      const steps = await heldChecks().bypassAll(body.id, visitor!.name, reason).catch(asApiError);
      return { status: 200, body: { steps: steps.map((step) => stepRow(step)), consequences } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/:id/demographics",
      operationId: "correctDemographics",
      summary: "Corrects age or sex of a study whose checks have not passed; the values are not journalled",
      tag: "Quality",
      permission: "studies.correct",
      params: Type.Object({ id: Id }),
      body: CorrectionBody,
      responses: { 204: null, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      await correctDemographics(orm, params.id, visitor!.name, body).catch(asApiError);
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/studies/:id/checks",
      operationId: "runChecksAgain",
      summary: "Runs the checks again that hold this study or were given up",
      tag: "Quality",
      permission: "studies.check",
      params: Type.Object({ id: Id }),
      responses: { 202: Type.Object({ steps: Type.Integer() }), 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const steps = await heldChecks().runAgain(params.id, visitor!.name).catch(asApiError);
      return { status: 202, body: { steps } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/studies/:id/qc-report",
      operationId: "getQcReport",
      summary:
        "The quality control report of the newest revision, as JSON or PDF; nothing in it identifies the patient",
      tag: "Quality",
      permission: "studies.read",
      params: Type.Object({ id: Id }),
      query: Type.Object({
        format: oneOf(["json", "pdf"], { default: "json" }),
        download: Type.Boolean({ default: false }),
      }),
      responses: { 200: QcReportInfo, 404: ApiProblem },
    },
    async ({ params, query, response }) => {
      const sight = await findStudy(orm.em.fork(), params.id);
      if (!sight) throw notFound("study");
      const report = qcReport(sight.study, sight.steps, new Date());
      if (!report) throw notFound("quality control report: no check has been opened for this study");
      const name = `${sight.study.id.slice(0, 8)}_qc-report.${query.format}`;
      const place = query.download ? "attachment" : "inline";
      response.setHeader("Content-Disposition", contentDisposition(name, place));
      const body = reportInfo(report);
      if (query.format === "pdf") {
        // the drawing library takes a moment to load and is rarely needed
        const { drawQcReport } = await import("../../quality/qc-report-pdf.ts");
        response.type("application/pdf").send(await drawQcReport(report));
      }
      return { status: 200, body };
    },
  );
}

function reasonOf(body: { readonly reason: string }): string {
  const reason = body.reason.trim();
  if (reason.length >= REASON.shortest) return reason;
  const message = `Give a reason of at least ${REASON.shortest} characters.`;
  throw new ApiError(400, "qc.reason-too-short", message);
}

function reportInfo({ madeAt, study, checks, ...report }: QcReport) {
  return {
    ...report,
    madeAt: madeAt.toISOString(),
    study: { ...study, receivedAt: study.receivedAt.toISOString() },
    consequences: report.verdict === "bypassed" ? consequences : [],
    checks: checks.map(({ endedAt, lines, bypass, ...check }) => ({
      ...check,
      endedAt: endedAt?.toISOString() ?? null,
      bypass: bypass === null ? null : { ...bypass, lines: [...bypass.lines] },
      lines: lines.map(checkLineRow),
    })),
  };
}
