// Deliveries: destinations with their lanes and tests, what a person can do about steps, receipts, reconciliation.
import { pipeline } from "node:stream/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import { RECEIPT_OUTCOMES } from "../../database/entities/receipt.ts";
import type { Destinations } from "../../deliveries/destinations.ts";
import type { Lanes } from "../../deliveries/lanes.ts";
import { findReceipts, type ReceiptFilter, receiptsAsCsv } from "../../deliveries/receipts.ts";
import type { Reconciliation } from "../../deliveries/reconciliation.ts";
import { journal } from "../../observe/journal.ts";
import { SettingsProblem } from "../../plugins/plugin-settings.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";

export interface DeliveryParts {
  readonly destinations: Destinations;
  readonly lanes: Lanes;
  readonly reconciliation: Reconciliation;
}

type Parts = { readonly orm: MikroORM; readonly deliveries: DeliveryParts };

const sealed = { additionalProperties: false };
const time = Type.String({ format: "date-time" });
const maybeTime = Type.Union([time, Type.Null()]);
const maybeText = Type.Union([Type.String(), Type.Null()]);
const listOf = <T extends ReturnType<typeof Type.Object>>(row: T) =>
  Type.Object({ data: Type.Array(row), total: Type.Integer() });

const DestinationView = Type.Object({
  name: Type.String({ description: "Name of the plugin entry" }),
  plugin: Type.String(),
  title: Type.String(),
  waiting: Type.Integer({ description: "Deliveries that wait, those for their next try too" }),
  running: Type.Integer(),
  unknown: Type.Integer({ description: "Interrupted ones, of which only a person can tell what arrived" }),
  failed: Type.Integer({ description: "Given up after their tries" }),
  oldest: maybeTime,
  suspended: Type.Union([Type.Object({ at: time, by: Type.String(), reason: Type.String() }), Type.Null()]),
});

export const Probe = Type.Object({
  ok: Type.Boolean(),
  message: Type.String(),
  stages: Type.Array(
    Type.Object({
      stage: oneOf(["name", "connect", "tls", "sign-in", "accepted"]),
      ok: Type.Boolean(),
      message: Type.String(),
    }),
  ),
});

const ReceiptView = Type.Object({
  id: Type.String(),
  at: time,
  outcome: oneOf(RECEIPT_OUTCOMES),
  target: Type.String(),
  attempt: Type.Integer(),
  studyId: Id,
  orderId: Id,
  resultId: Id,
  stepId: Id,
  sha256: maybeText,
  code: maybeText,
  answer: Type.Record(Type.String(), Type.Unknown(), { description: "What the other side answered" }),
});

const receiptQuery = {
  resultId: Type.Optional(Id),
  studyId: Type.Optional(Id),
  target: Type.Optional(Type.String({ maxLength: 64 })),
  outcome: Type.Optional(oneOf(RECEIPT_OUTCOMES)),
  from: Type.Optional(time),
  until: Type.Optional(time),
};

const named = Type.Object({ name: Type.String({ maxLength: 64 }) });

export function deliveryRoutes(api: Api, parts: Parts): void {
  destinationRoutes(api, parts);
  receiptRoutes(api, parts);
}

function destinationRoutes(api: Api, parts: Parts): void {
  api.route(
    {
      method: "get",
      path: "/api/destinations",
      operationId: "listDestinations",
      summary: "Where results can be delivered, and what waits in each lane",
      tag: "Deliveries",
      permission: "deliveries.read",
      responses: { 200: listOf(DestinationView) },
    },
    async () => {
      const { destinations, lanes } = parts.deliveries;
      const all = destinations.all();
      const sights = await lanes.sight(all.map(({ name }) => name));
      const data = all.map((destination, index) => {
        const { target: _, oldest, suspended, ...counts } = sights[index]!;
        return {
          ...destination,
          ...counts,
          oldest: oldest?.toISOString() ?? null,
          suspended: suspended && { ...suspended, at: suspended.at.toISOString() },
        };
      });
      return { status: 200, body: { data, total: data.length } };
    },
  );

  api.route(
    {
      method: "put",
      path: "/api/destinations/:name/lane",
      operationId: "setLane",
      summary: "Stops deliveries to a destination for a while, or lets them run again; nothing is lost",
      tag: "Deliveries",
      permission: "deliveries.control",
      params: named,
      body: Type.Object(
        { suspended: Type.Boolean(), reason: Type.Optional(Type.String({ maxLength: 500 })) },
        sealed,
      ),
      responses: { 204: null, 404: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const { destinations, lanes } = parts.deliveries;
      if (!destinations.has(params.name)) throw notFound("destination");
      if (body.suspended) await lanes.suspend(params.name, visitor!.name, body.reason ?? "");
      else await lanes.resume(params.name, visitor!.name);
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/destinations/:name/test",
      operationId: "testDestination",
      summary:
        "Tries a destination without delivering anything, with its settings or with others not yet saved",
      tag: "Deliveries",
      permission: "deliveries.test",
      params: named,
      body: Type.Object({ settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())) }, sealed),
      responses: { 200: Probe, 400: ApiProblem, 404: ApiProblem },
    },
    async ({ params, body }) => {
      const report = await parts.deliveries.destinations.test(params.name, body.settings).catch(asAnswer);
      if (!report) throw notFound("destination");
      const stages = (report.stages ?? []).map(({ stage, ok, message }) => ({ stage, ok, message }));
      return { status: 200, body: { ok: report.ok, message: report.message, stages } };
    },
  );
}

function receiptRoutes(api: Api, parts: Parts): void {
  api.route(
    {
      method: "get",
      path: "/api/receipts",
      operationId: "listReceipts",
      summary: "What was sent where, and what the other side answered; newest first",
      tag: "Deliveries",
      permission: "deliveries.read",
      query: Type.Object({
        ...receiptQuery,
        before: Type.Optional(
          Type.String({ pattern: "^\\d{1,18}$", description: "Id of the last one seen" }),
        ),
        limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
      }),
      responses: { 200: Type.Object({ data: Type.Array(ReceiptView) }), 400: ApiProblem },
    },
    async ({ query: { before, limit, ...filter } }) => {
      const cursor = before === undefined ? undefined : BigInt(before);
      const rows = await findReceipts(parts.orm.em.fork(), filterOf(filter), limit, cursor);
      const data = rows.map((row) => ({
        id: String(row.id),
        at: row.at.toISOString(),
        outcome: row.outcome,
        target: row.target,
        attempt: row.attempt,
        studyId: row.studyId,
        orderId: row.orderId,
        resultId: row.resultId,
        stepId: row.stepId,
        sha256: row.sha256 ?? null,
        code: row.code ?? null,
        answer: { ...row.answer },
      }));
      return { status: 200, body: { data } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/receipts.csv",
      operationId: "exportReceipts",
      summary: "The receipt ledger as a CSV file",
      tag: "Deliveries",
      permission: "deliveries.export",
      query: Type.Object(receiptQuery),
      responses: { 200: null, 400: ApiProblem },
    },
    async ({ query, visitor, response }) => {
      const detail = { filters: Object.keys(query) };
      await journal(parts.orm.em.fork(), { event: "receipts.exported", actor: visitor!.name, detail });
      response.setHeader("Content-Disposition", contentDisposition("receipts.csv"));
      response.type("text/csv");
      await pipeline(receiptsAsCsv(parts.orm.em.fork(), filterOf(query)), response);
      return { status: 200, body: undefined };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/reconciliation",
      operationId: "reconcile",
      summary: "Results that a destination has not confirmed an hour after they were made",
      tag: "Deliveries",
      permission: "deliveries.read",
      responses: {
        200: listOf(
          Type.Object({
            resultId: Id,
            studyId: Id,
            target: Type.String(),
            state: maybeText,
            createdAt: time,
          }),
        ),
      },
    },
    async () => {
      const { rows, total } = await parts.deliveries.reconciliation.missing();
      const data = rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
      return { status: 200, body: { data, total } };
    },
  );
}

function filterOf({
  from,
  until,
  ...equal
}: Omit<ReceiptFilter, "from" | "until"> & { from?: string; until?: string }): ReceiptFilter {
  return {
    ...equal,
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  };
}

function asAnswer(error: unknown): never {
  if (!(error instanceof SettingsProblem)) throw error;
  const details = error.problems.map(({ path, message }) => ({ path, message }));
  throw new ApiError(400, "delivery.settings", `The settings are wrong: ${error.message}.`, details);
}
