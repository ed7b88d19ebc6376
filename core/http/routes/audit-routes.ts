// The audit trail for administrators: page by page, and as a file. Reading it as a file is on record itself.
import { pipeline } from "node:stream/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import type { Response } from "express";
import { type Static, Type } from "typebox";
import { auditAsCsv, auditAsJson } from "../../audit/audit-export.ts";
import { AUDIT_KIND_NAMES, AUDIT_OUTCOMES } from "../../audit/audit-kinds.ts";
import { type AuditFilter, type AuditLine, allAudit, findAudit } from "../../audit/audit-trail.ts";
import { journal } from "../../observe/journal.ts";
import type { Api } from "../api.ts";
import { ApiProblem, Id, oneOf, Time } from "../schemas.ts";

const tag = "Audit";
const permission = "audit.read";
const maybe = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

export const AuditEntry = Type.Object(
  {
    id: Type.String(),
    at: Time,
    actor: Type.String({ description: "Account; key:<name> for a program, hub for the hub itself" }),
    event: Type.String({ description: "Past tense, dotted: session.began" }),
    outcome: oneOf(AUDIT_OUTCOMES),
    studyId: Type.Union([Id, Type.Null()]),
    stepId: Type.Union([Id, Type.Null()]),
    address: maybe("Where the request came from"),
    device: maybe("What the browser called itself"),
    detail: Type.Record(Type.String(), Type.Unknown(), { description: "Codes, counts and ids" }),
  },
  { additionalProperties: false },
);

const FILTERS = {
  actor: Type.Optional(Type.String({ maxLength: 255 })),
  by: Type.Optional(oneOf(["people", "hub"], { description: "People and their programs, or the hub" })),
  kind: Type.Optional(oneOf(AUDIT_KIND_NAMES)),
  event: Type.Optional(
    Type.String({
      pattern: "^[a-z][a-z0-9.-]{1,99}$",
      description: "session.began; with a dot at the end, all of session.",
    }),
  ),
  outcome: Type.Optional(oneOf(AUDIT_OUTCOMES)),
  studyId: Type.Optional(Id),
  address: Type.Optional(Type.String({ maxLength: 64 })),
  from: Type.Optional(Time),
  until: Type.Optional(Time),
};

const Filters = Type.Object(FILTERS);

export function auditRoutes(api: Api, parts: { readonly orm: MikroORM }): void {
  api.route(
    {
      ...{ method: "get", path: "/api/audit", operationId: "listAudit", tag, permission },
      summary: "Who did what, when and from where, and how it ended; newest first",
      query: Type.Object({
        ...FILTERS,
        before: Type.Optional(
          Type.String({ pattern: "^\\d{1,18}$", description: "Id of the last one seen" }),
        ),
        limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
      }),
      responses: { 200: Type.Object({ data: Type.Array(AuditEntry) }), 400: ApiProblem },
    },
    async ({ query: { before, limit, ...filter } }) => {
      const lines = await findAudit(parts.orm.em.fork(), filterOf(filter), limit, before);
      return { status: 200, body: { data: lines.map(entryView) } };
    },
  );

  const send = async (filter: Static<typeof Filters>, actor: string, response: Response, format: Format) => {
    const em = parts.orm.em.fork();
    const detail = { format, filters: Object.keys(filter) };
    await journal(em, { event: "audit.exported", actor, detail });
    const { mediaType, write } = FORMATS[format];
    response.setHeader("Content-Type", mediaType);
    response.setHeader("Content-Disposition", contentDisposition(`audit.${format}`));
    await pipeline(write(allAudit(em, filterOf(filter))), response);
  };

  for (const [format, operationId] of [
    ["csv", "exportAuditAsCsv"],
    ["json", "exportAuditAsJson"],
  ] as const) {
    api.route(
      {
        ...{ method: "get", path: `/api/audit.${format}`, operationId, tag, permission },
        summary: `The audit trail as a ${format.toUpperCase()} file`,
        query: Filters,
        responses: { 200: null, 400: ApiProblem },
      },
      async ({ query, visitor, response }) => {
        await send(query, visitor!.name, response, format);
        return { status: 200, body: undefined };
      },
    );
  }
}

const FORMATS = {
  csv: { mediaType: "text/csv; charset=utf-8", write: auditAsCsv },
  json: { mediaType: "application/json; charset=utf-8", write: auditAsJson },
} as const;
type Format = keyof typeof FORMATS;

function filterOf({ from, until, ...equal }: Static<typeof Filters>): AuditFilter {
  return {
    ...equal,
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  };
}

const entryView = ({ detail, ...line }: AuditLine): Static<typeof AuditEntry> => ({
  ...line,
  detail: { ...detail },
});
