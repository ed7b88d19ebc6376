// Results: the list, one result, its files, and the report as a PDF.
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import type { Response } from "express";
import { Type } from "typebox";
import type { ArtifactRow } from "../../database/entities/result.ts";
import type { FileTrees } from "../../files/file-trees.ts";
import { journal } from "../../observe/journal.ts";
import {
  DELIVERY_FILTERS,
  findResult,
  listResults,
  neighboursOf,
  RESULT_SORTS,
} from "../../studies/result-list.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id, listQuery, oneOf, ResultInfo, ResultRow, Time } from "../schemas.ts";
import { downloadName, resultRow } from "../screen-rows.ts";
import { IdBeginning } from "./study-filter-shape.ts";

export function resultRoutes(api: Api, orm: MikroORM, trees: FileTrees): void {
  api.route(
    {
      method: "get",
      path: "/api/results",
      operationId: "listResults",
      summary: "All results, newest first",
      tag: "Results",
      permission: "results.read",
      query: listQuery(RESULT_SORTS, "createdAt", {
        studyId: Type.Optional(Id),
        kind: Type.Optional(oneOf(["diagnostic", "failure"])),
        product: Type.Optional(Type.String({ maxLength: 255 })),
        delivery: Type.Optional(
          oneOf(DELIVERY_FILTERS, { description: "Whether one of its deliveries stands so" }),
        ),
        q: Type.Optional(IdBeginning),
        from: Type.Optional(Time),
        until: Type.Optional(Time),
      }),
      responses: {
        200: Type.Object({ data: Type.Array(ResultRow), total: Type.Integer() }),
        400: ApiProblem,
      },
    },
    async ({ query }) => {
      const { page, perPage, sort, order, from, until, ...equal } = query;
      const filter = {
        ...equal,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(until === undefined ? {} : { until: new Date(until) }),
      };
      const { rows, total } = await listResults(orm.em.fork(), { page, perPage, sort, order }, filter);
      return { status: 200, body: { data: rows.map(resultRow), total } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/results/:id",
      operationId: "getResult",
      summary: "One result with its artifacts and deliveries, and those before and after it",
      tag: "Results",
      permission: "results.read",
      params: Type.Object({ id: Id }),
      responses: { 200: ResultInfo, 404: ApiProblem },
    },
    async ({ params }) => {
      const em = orm.em.fork();
      const sight = await findResult(em, params.id);
      if (!sight) throw notFound("result");
      const { newerId = null, previousId = null, nextId = null } = await neighboursOf(em, sight.result);
      return { status: 200, body: { ...resultRow(sight), newerId, previousId, nextId } };
    },
  );

  const send = async (
    resultId: string,
    pick: (artifacts: readonly ArtifactRow[]) => ArtifactRow | undefined,
    actor: string,
    response: Response,
    download: boolean,
  ): Promise<void> => {
    const em = orm.em.fork();
    const sight = await findResult(em, resultId);
    const artifact = sight && pick(sight.artifacts);
    if (!sight || !artifact) throw notFound(sight ? "file of this result" : "result");
    const { name } = artifact;
    const path = join(trees.results, artifact.path);
    // before the head of the answer is gone: a viewer is told what is wrong instead of being cut off
    if (!existsSync(path)) throw notFound("file of this result, or no longer");
    const studyId = sight.result.order.study.id;
    await journal(em, { event: "result.opened", studyId, actor, detail: { result: resultId, name } });
    response.setHeader("Content-Type", artifact.mediaType);
    response.setHeader("Content-Length", String(artifact.bytes));
    const keptAs = downloadName(sight.result, artifact);
    response.setHeader("Content-Disposition", contentDisposition(keptAs, download ? "attachment" : "inline"));
    response.setHeader("Cache-Control", "private, no-store");
    await pipeline(createReadStream(path), response);
  };

  api.route(
    {
      method: "get",
      path: "/api/results/:id/files/*name",
      operationId: "getResultFile",
      summary: "One file of a result; ?download=true gives it a name to save under",
      tag: "Results",
      permission: "results.read",
      query: Type.Object({ download: Type.Boolean({ default: false }) }),
      responses: { 200: null, 404: ApiProblem },
    },
    async ({ query, visitor, request, response }) => {
      const { id, name } = request.params as unknown as { id: string; name: string[] };
      const wanted = name.join("/");
      const pick = (artifacts: readonly ArtifactRow[]) =>
        artifacts.find((artifact) => artifact.name === wanted);
      await send(id, pick, visitor!.name, response, query.download);
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/reports",
      operationId: "getReport",
      summary: "The report of a result as a PDF",
      tag: "Results",
      permission: "results.read",
      query: Type.Object({ resultId: Id }),
      responses: { 200: null, 400: ApiProblem, 404: ApiProblem },
    },
    async ({ query, visitor, response }) => {
      const pick = (artifacts: readonly ArtifactRow[]) =>
        artifacts.find(({ name, mediaType }) => name === "report" && mediaType === "application/pdf");
      await send(query.resultId, pick, visitor!.name, response, false);
      return { status: 200, body: undefined };
    },
  );
}
