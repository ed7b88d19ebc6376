// Many results at once: their files in one ZIP, their values in one table, and what did not arrive sent again.
import { pipeline } from "node:stream/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import type { Destinations } from "../../deliveries/destinations.ts";
import type { FileTrees } from "../../files/file-trees.ts";
import { journalAll } from "../../observe/journal.ts";
import type { StepActions } from "../../steps/step-actions.ts";
import { ARCHIVE_FORMATS, archiveOf, filesOf } from "../../studies/result-archive.ts";
import { type ResultSight, resultsOfIds } from "../../studies/result-list.ts";
import { resultsAsCsv } from "../../studies/result-table.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id } from "../schemas.ts";
import { downloadName } from "../screen-rows.ts";

type Parts = {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly actions: StepActions;
  readonly deliveries: { readonly destinations: Destinations };
};

const tag = "Results";
const uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const format = `(${ARCHIVE_FORMATS.join("|")})`;
/** As many as an address has room for. */
const ids = Type.String({
  pattern: `^${uuid}(,${uuid}){0,249}$`,
  description: "Ids of results, up to 250, with commas between",
});

export function resultBulkRoutes(api: Api, parts: Parts): void {
  const chosen = async (list: string): Promise<ResultSight[]> => {
    const sights = await resultsOfIds(parts.orm.em.fork(), [...new Set(list.split(","))]);
    if (sights.length === 0) throw notFound("result");
    return sights;
  };
  /** Everybody who opened a study's files stands in its journal, also when many were opened together. */
  const tell = (sights: readonly ResultSight[], actor: string, nameOf: (sight: ResultSight) => string) =>
    journalAll(
      parts.orm.em.fork(),
      sights.map((sight) => ({
        event: "result.opened",
        studyId: sight.result.order.study.id,
        actor,
        detail: { result: sight.result.id, name: nameOf(sight), together: sights.length },
      })),
    );

  api.route(
    {
      ...{ method: "get", path: "/api/results.zip", operationId: "downloadResults", tag },
      summary: "Files of several results in one ZIP, as it is made; no name in it tells of a patient",
      permission: "results.read",
      query: Type.Object({
        ids,
        formats: Type.Optional(
          Type.String({
            pattern: `^${format}(,${format})*$`,
            description: "Only files of these formats; without it all files",
          }),
        ),
      }),
      responses: { 200: null, 400: ApiProblem, 404: ApiProblem },
    },
    async ({ query, visitor, response }) => {
      const formats = query.formats?.split(",");
      const sights = (await chosen(query.ids)).filter((sight) => filesOf(sight, formats).length > 0);
      if (sights.length === 0) throw notFound("file of these formats");
      const names = (sight: ResultSight) =>
        filesOf(sight, formats)
          .map(({ name }) => name)
          .join(", ");
      await tell(sights, visitor!.name, names);
      response.setHeader("Content-Disposition", contentDisposition("results.zip"));
      response.type("application/zip");
      await pipeline(archiveOf(sights, formats, parts.trees.results, downloadName), response);
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/results.csv", operationId: "tabulateResults", tag },
      summary: "The values of several results as one CSV table, a line for each; it names no patient",
      permission: "results.read",
      query: Type.Object({ ids }),
      responses: { 200: null, 400: ApiProblem, 404: ApiProblem },
    },
    async ({ query, visitor, response }) => {
      const sights = await chosen(query.ids);
      await tell(sights, visitor!.name, () => "results.csv");
      response.setHeader("Content-Disposition", contentDisposition("results.csv"));
      response.type("text/csv").send(resultsAsCsv(sights.map(({ result }) => result)));
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      ...{
        method: "post",
        path: "/api/results/resend-failed",
        operationId: "resendFailed",
        tag: "Deliveries",
      },
      summary: "Delivers results once more to those destinations that did not take them",
      permission: "deliveries.resend",
      body: Type.Object(
        { resultIds: Type.Array(Id, { minItems: 1, maxItems: 500, uniqueItems: true }) },
        { additionalProperties: false },
      ),
      responses: {
        200: Type.Object({
          data: Type.Array(Type.Object({ resultId: Id, targets: Type.Array(Type.String()) }), {
            description: "Of results without a failed delivery the targets are empty",
          }),
        }),
        400: ApiProblem,
      },
    },
    async ({ body: { resultIds }, visitor }) => {
      const { destinations } = parts.deliveries;
      const data: { resultId: string; targets: string[] }[] = [];
      for (const { result, deliveries } of await resultsOfIds(parts.orm.em.fork(), resultIds)) {
        const failed = deliveries.filter(({ state }) => state === "rejected" || state === "cancelled");
        const targets = failed.map(({ target }) => target).filter((target) => destinations.has(target));
        if (targets.length > 0) await parts.actions.resend(result.id, targets, visitor!.name);
        data.push({ resultId: result.id, targets });
      }
      return { status: 200, body: { data } };
    },
  );
}
