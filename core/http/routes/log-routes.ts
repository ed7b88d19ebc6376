// The log of the hub: what there is, pages of a search, how many lines fit, what stands around one, and downloads.
import { pipeline } from "node:stream/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import type { Access } from "../../access/open-access.ts";
import { LOG_FORMAT_FILES, LOG_FORMATS, logAs, logsAsZip } from "../../logs/log-export.ts";
import type { Logs } from "../../logs/open-logs.ts";
import { checkPattern } from "../../logs/pattern-matcher.ts";
import { journal } from "../../observe/journal.ts";
import type { Api } from "../api.ts";
import { ApiProblem, oneOf } from "../schemas.ts";
import { asLogAnswer, lineView } from "./log-answers.ts";
import {
  CountBody,
  LogLineView,
  LogPageView,
  LogSight,
  MaybePlace,
  ORDER,
  Place,
  SEARCH,
  SearchBody,
} from "./log-shapes.ts";

export interface LogRouteParts {
  readonly orm: MikroORM;
  readonly access: Access;
  readonly logs: Logs;
}

const tag = "Logs";
const permission = "logs.read";

export function logRoutes(api: Api, parts: LogRouteParts): void {
  api.route(
    {
      ...{ method: "get", path: "/api/logs", operationId: "getLogSight", tag, permission },
      summary: "Which parts write to the log, and how much there is of it",
      responses: { 200: LogSight },
    },
    async () => {
      const { reader, areas } = parts.logs;
      const list = await reader.files.list();
      const bytes = list.reduce((sum, { size }) => sum + size, 0);
      const oldest = list[0]?.beginsAt;
      const oldestAt = oldest === undefined ? null : new Date(oldest).toISOString();
      return { status: 200, body: { parts: areas.parts(), files: list.length, bytes, oldestAt } };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/logs/search", operationId: "searchLogs", tag, permission },
      summary: "Lines of the log, page by page; a call reads for two seconds at most and says where to go on",
      body: SearchBody,
      responses: { 200: LogPageView, 400: ApiProblem, 404: ApiProblem },
    },
    async ({ body }) => {
      const { lines, next, end } = await parts.logs.reader.page(body).catch(asLogAnswer);
      return { status: 200, body: { lines: lines.map(lineView), next, end } };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/logs/count", operationId: "countLogs", tag, permission },
      summary: "How many lines fit; with a cursor in the answer, those after it are not counted yet",
      body: CountBody,
      responses: {
        200: Type.Object({ count: Type.Integer(), next: MaybePlace }),
        400: ApiProblem,
        404: ApiProblem,
      },
    },
    async ({ body: { cursor, ...search } }) => {
      const { count, next } = await parts.logs.reader.count(search, cursor).catch(asLogAnswer);
      return { status: 200, body: { count, next } };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/logs/lines/:place", operationId: "getLogLines", tag, permission },
      summary: "A line by its place, with those before and after it",
      params: Type.Object({ place: Place }),
      query: Type.Object({ around: Type.Integer({ minimum: 0, maximum: 500, default: 50 }) }),
      responses: { 200: Type.Object({ lines: Type.Array(LogLineView) }), 400: ApiProblem, 404: ApiProblem },
    },
    async ({ params, query }) => {
      const lines = await parts.logs.reader.around(params.place, query.around).catch(asLogAnswer);
      return { status: 200, body: { lines: lines.map(lineView) } };
    },
  );

  downloadRoutes(api, parts);
}

function downloadRoutes(api: Api, parts: LogRouteParts): void {
  api.route(
    {
      ...{ method: "post", path: "/api/logs/exports", operationId: "exportLogs", tag, permission },
      summary:
        "Address to download the lines of a search from, for two minutes; it does not show what was searched",
      body: Type.Object(
        { ...SEARCH, order: ORDER, format: oneOf(LOG_FORMATS) },
        { additionalProperties: false },
      ),
      responses: { 200: Type.Object({ address: Type.String() }), 400: ApiProblem },
    },
    async ({ body: { order, format, ...search }, visitor }) => {
      if (search.regex)
        await Promise.resolve(search.text ?? "")
          .then(checkPattern)
          .catch(asLogAnswer);
      const detail = { format, filters: Object.keys(search) };
      await journal(parts.orm.em.fork(), { event: "logs.exported", actor: visitor!.name, detail });
      const ticket = parts.logs.tickets.give({ search, order, format }, visitor!.accountId);
      return { status: 200, body: { address: `/api/logs/exports/${ticket}` } };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/logs/exports/:ticket", operationId: "downloadLogs", tag, permission },
      summary: "The lines of a search as text, CSV or JSON",
      params: Type.Object({ ticket: Type.String({ maxLength: 8000 }) }),
      responses: { 200: null, 404: ApiProblem },
    },
    async ({ params, visitor, response }) => {
      const { reader, tickets } = parts.logs;
      const wish = await Promise.resolve(params.ticket)
        .then((ticket) => tickets.take(ticket, visitor!.accountId))
        .catch(asLogAnswer);
      const pieces = await begun(reader.all(wish.search, wish.order)).catch(asLogAnswer);
      const { mediaType, ending } = LOG_FORMAT_FILES[wish.format];
      response.setHeader("Content-Type", mediaType);
      response.setHeader("Content-Disposition", contentDisposition(fileName(ending)));
      await pipeline(logAs(wish.format, pieces), response);
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/logs.zip", operationId: "downloadAllLogs", tag, permission },
      summary: "All files of the log as one ZIP; GET /api/logs tells how much that is before packing",
      responses: { 200: null },
    },
    async ({ visitor, response }) => {
      const { files } = parts.logs.reader;
      const list = await files.list();
      const detail = { format: "zip", files: list.length };
      await journal(parts.orm.em.fork(), { event: "logs.exported", actor: visitor!.name, detail });
      response.setHeader("Content-Type", "application/zip");
      response.setHeader("Content-Disposition", contentDisposition(fileName("zip")));
      await pipeline(logsAsZip(files, list), response);
      return { status: 200, body: undefined };
    },
  );
}

/** What is wrong with a search shows at its first lines, while the answer can still say so. */
async function begun<T>(pieces: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await pieces.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* pieces;
  })();
}

/** `thalamus-log-2026-11-29T0312.csv`, in UTC */
function fileName(ending: string): string {
  return `thalamus-log-${new Date().toISOString().slice(0, 16).replaceAll(":", "")}.${ending}`;
}
