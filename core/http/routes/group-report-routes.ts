// Reports of groups: the list, a look at the table, making and sending one, and the file.
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { contentDisposition } from "@thalamus/sdk/web";
import type { Response } from "express";
import { Type } from "typebox";
import { GroupReport } from "../../database/entities/study-group.ts";
import { tableAsCsv } from "../../groups/prediction-indexes.ts";
import { reportFileName } from "../../groups/report-name.ts";
import { journal } from "../../observe/journal.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id } from "../schemas.ts";
import type { GroupRouteParts } from "./group-routes.ts";
import { GroupReportInfo, reportInfo } from "./group-shapes.ts";

const tag = "Groups";
const byId = Type.Object({ id: Id });
const TYPE = "text/csv; charset=utf-8";

const Table = Type.Object({
  columns: Type.Array(Type.String()),
  rows: Type.Array(Type.Array(Type.Union([Type.String(), Type.Number(), Type.Null()]))),
  total: Type.Integer({ description: "Rows of the whole table" }),
});

export function groupReportRoutes(
  api: Api,
  parts: GroupRouteParts,
  asAnswer: (error: unknown) => never,
): void {
  api.route(
    {
      ...{
        method: "get",
        path: "/api/groups/:id/reports",
        operationId: "listGroupReports",
        tag,
        permission: "groups.read",
      },
      summary: "Reports of a group, newest first, and what became of each",
      params: byId,
      query: Type.Object({
        page: Type.Integer({ minimum: 1, default: 1 }),
        perPage: Type.Integer({ minimum: 1, maximum: 100, default: 25 }),
      }),
      responses: {
        200: Type.Object({ data: Type.Array(GroupReportInfo), total: Type.Integer() }),
        400: ApiProblem,
      },
    },
    async ({ params, query: { page, perPage } }) => {
      const [rows, total] = await parts.orm.em
        .fork()
        .findAndCount(
          GroupReport,
          { group: params.id },
          { orderBy: [{ createdAt: "DESC" }, { id: "ASC" }], limit: perPage, offset: (page - 1) * perPage },
        );
      return { status: 200, body: { data: rows.map(reportInfo), total } };
    },
  );

  api.route(
    {
      ...{
        method: "get",
        path: "/api/groups/:id/preview",
        operationId: "previewGroupReport",
        tag,
        permission: "groups.read",
      },
      summary: "The table as it would be now, with the hub's ids of the studies and no value of a patient",
      params: byId,
      query: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }) }),
      responses: { 200: Table, 400: ApiProblem, 404: ApiProblem },
    },
    async ({ params, query }) => {
      const sight = await parts.groups.table(params.id, "hub-id");
      if (!sight) throw notFound("group");
      const { rows } = sight.table;
      const columns = [...sight.table.columns];
      const shown = rows.slice(0, query.limit).map((row) => [...row]);
      return { status: 200, body: { columns, rows: shown, total: rows.length } };
    },
  );

  api.route(
    {
      ...{
        method: "get",
        path: "/api/groups/:id/report.csv",
        operationId: "downloadGroupTable",
        tag,
        permission: "groups.read",
      },
      summary: "The table as it is now, as CSV; nothing is kept or sent",
      params: byId,
      responses: { 200: null, 404: ApiProblem },
    },
    async ({ params, visitor, response }) => {
      const sight = await parts.groups.table(params.id);
      if (!sight) throw notFound("group");
      const { group, table } = sight;
      const name = reportFileName(group.fileName, group.name, new Date(), parts.groups.known.timeZone);
      const detail = { group: group.id, identifyBy: group.identifyBy };
      await journal(parts.orm.em.fork(), { event: "group.report-downloaded", actor: visitor!.name, detail });
      const content = Buffer.from(tableAsCsv(table));
      head(response, name, content.length);
      response.end(content);
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      ...{
        method: "post",
        path: "/api/groups/:id/reports",
        operationId: "sendGroupReport",
        tag,
        permission: "groups.send",
      },
      summary: "Makes a report now, and sends it to the group's destination",
      params: byId,
      responses: { 202: GroupReportInfo, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const report = await parts.groups.report(params.id, true, visitor!.name).catch(asAnswer);
      if (!report) throw notFound("group");
      return { status: 202, body: reportInfo(report) };
    },
  );

  api.route(
    {
      ...{
        method: "post",
        path: "/api/group-reports/:id/send",
        operationId: "resendGroupReport",
        tag,
        permission: "groups.send",
      },
      summary:
        "Sends a report that was kept, failed, or of which nobody knows whether it arrived, under the same key",
      params: byId,
      responses: { 202: GroupReportInfo, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const report = await parts.groups.sendAgain(params.id, visitor!.name).catch(asAnswer);
      if (!report) throw notFound("report");
      return { status: 202, body: reportInfo(report) };
    },
  );

  api.route(
    {
      ...{
        method: "get",
        path: "/api/group-reports/:id/file",
        operationId: "getGroupReportFile",
        tag,
        permission: "groups.read",
      },
      summary: "The CSV of a report, just as it was sent",
      params: byId,
      responses: { 200: null, 404: ApiProblem },
    },
    async ({ params, visitor, response }) => {
      const em = parts.orm.em.fork();
      const report = await em.findOne(GroupReport, params.id);
      if (!report) throw notFound("report");
      const { fileName, bytes, path, identifyBy } = report;
      const detail = { group: report.group.id, report: report.id, identifyBy };
      await journal(em, { event: "group.report-downloaded", actor: visitor!.name, detail });
      head(response, fileName, bytes);
      await pipeline(createReadStream(join(parts.trees.results, path)), response);
      return { status: 200, body: undefined };
    },
  );
}

function head(response: Response, name: string, bytes: number): void {
  response.setHeader("Content-Type", TYPE);
  response.setHeader("Content-Length", String(bytes));
  response.setHeader("Content-Disposition", contentDisposition(name));
  response.setHeader("Cache-Control", "private, no-store");
}
