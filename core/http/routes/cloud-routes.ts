// Clouds: what is on its way, actions, heartbeats word for word, and orders that others placed.
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Permanent, Transient } from "@thalamus/sdk";
import { contentDisposition } from "@thalamus/sdk/web";
import { Type } from "typebox";
import type { OpenClouds } from "../../clouds/open-clouds.ts";
import type { Api } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";
import { Probe } from "./delivery-routes.ts";

const time = Type.String({ format: "date-time" });

export const CloudView = Type.Object({
  name: Type.String({ description: "Name of the plugin entry" }),
  plugin: Type.String(),
  title: Type.String(),
  sending: Type.Integer({ description: "Orders that have not begun, or whose study is being sent" }),
  inCloud: Type.Integer({ description: "Orders that the cloud works on" }),
  failed: Type.Integer({ description: "Orders that were given up here" }),
  troubles: Type.Array(Type.Object({ code: Type.String(), message: Type.String(), orders: Type.Integer() }), {
    description: "What keeps orders waiting",
  }),
  canTest: Type.Boolean({ description: "POST /api/destinations/{name}/test tries it" }),
  actions: Type.Array(Type.Object({ name: Type.String(), title: Type.String() })),
});

const anything = Type.Record(Type.String(), Type.Unknown());

export const HeartbeatView = Type.Object({
  target: Type.String(),
  content: Type.Union([anything, Type.Null()], {
    description: "Word for word what would be sent now; null when nothing is",
  }),
  last: Type.Union([
    Type.Object({
      at: time,
      ok: Type.Boolean(),
      message: Type.String({ description: "Why it was not taken" }),
      content: Type.Union([anything, Type.Null()], { description: "Word for word what was sent" }),
    }),
    Type.Null(),
  ]),
});

export const ExternalOrderView = Type.Object({
  id: Id,
  target: Type.String({ description: "The cloud it is in" }),
  order: Type.String({ description: "As the cloud calls it" }),
  kind: oneOf(["diagnostic", "failure"]),
  product: Type.String(),
  reportTypes: Type.Array(Type.String()),
  group: Type.Union([Type.String(), Type.Null()], { description: "Batch that it is reported on with" }),
  createdAt: time,
  updatedAt: time,
});

/** A person waits for a report. */
const LONGEST_FETCH_MS = 60_000;

export function cloudRoutes(api: Api, parts: () => OpenClouds): void {
  api.route(
    {
      method: "get",
      path: "/api/clouds",
      operationId: "listClouds",
      summary: "The clouds that studies are sent to, and what is on its way",
      tag: "Clouds",
      permission: "clouds.read",
      responses: { 200: Type.Object({ data: Type.Array(CloudView), total: Type.Integer() }) },
    },
    async () => {
      const all = await parts().clouds.all();
      const data = all.map((one) => ({
        ...one,
        troubles: one.troubles.map(({ code, message, orders }) => ({ code, message, orders })),
        actions: [...one.actions],
      }));
      return { status: 200, body: { data, total: data.length } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/clouds/:name/actions/:action",
      operationId: "runCloudAction",
      summary: "Has a cloud's plugin do something, for example fetch a new token",
      tag: "Clouds",
      permission: "clouds.control",
      params: Type.Object({ name: Type.String({ maxLength: 64 }), action: Type.String({ maxLength: 64 }) }),
      responses: { 200: Probe, 404: ApiProblem },
    },
    async ({ params: { name, action }, visitor }) => {
      const report = await parts().clouds.act(name, action, visitor!.name);
      if (!report) throw notFound("cloud or action");
      const stages = (report.stages ?? []).map(({ stage, ok, message }) => ({ stage, ok, message }));
      return { status: 200, body: { ok: report.ok, message: report.message, stages } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/heartbeat",
      operationId: "getHeartbeat",
      summary: "Word for word what each cloud is told about this hub, and how the last time went",
      tag: "Clouds",
      permission: "clouds.control",
      responses: { 200: Type.Object({ data: Type.Array(HeartbeatView), total: Type.Integer() }) },
    },
    async () => {
      const sights = await parts().heartbeats.sight();
      const data = sights.map(({ target, content, last }) => ({
        target,
        content: content as Record<string, unknown> | null,
        last: last && {
          at: last.at.toISOString(),
          ok: last.ok,
          message: last.message,
          content: (last.content ?? null) as Record<string, unknown> | null,
        },
      }));
      return { status: 200, body: { data, total: data.length } };
    },
  );
  externalRoutes(api, parts);
}

function externalRoutes(api: Api, parts: () => OpenClouds): void {
  api.route(
    {
      method: "get",
      path: "/api/external-orders",
      operationId: "listExternalOrders",
      summary: "Results in the cloud that others of the organisation ordered, newest first",
      tag: "Clouds",
      permission: "results.read",
      query: Type.Object({
        page: Type.Integer({ minimum: 1, default: 1 }),
        perPage: Type.Integer({ minimum: 1, maximum: 500, default: 25 }),
      }),
      responses: { 200: Type.Object({ data: Type.Array(ExternalOrderView), total: Type.Integer() }) },
    },
    async ({ query }) => {
      const { rows, total } = await parts().external.list(query);
      const data = rows.map(({ id, target, remoteId: order, kind, product, ...row }) => ({
        ...{ id, target, order, kind, product },
        reportTypes: row.reportTypes,
        group: row.batch ?? null,
        createdAt: row.createdAt.toISOString(),
        updatedAt: row.updatedAt.toISOString(),
      }));
      return { status: 200, body: { data, total } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/external-orders/:id/reports/:type",
      operationId: "getExternalReport",
      summary:
        "A report of an order that others placed, fetched from the cloud now; who opened it is journalled",
      tag: "Clouds",
      permission: "results.read",
      params: Type.Object({ id: Id, type: Type.String({ pattern: "^[a-z-]{1,32}$" }) }),
      responses: { 200: null, 404: ApiProblem, 502: ApiProblem },
    },
    async ({ params: { id, type }, visitor, response }) => {
      const signal = AbortSignal.timeout(LONGEST_FETCH_MS);
      const report = await parts().external.fetch(id, type, visitor!.name, signal).catch(notFetched);
      if (!report) throw notFound("report");
      try {
        const isType = /^[\w.+-]{1,64}\/[\w.+-]{1,64}$/.test(report.mediaType);
        response.setHeader("Content-Type", isType ? report.mediaType : "application/octet-stream");
        response.setHeader("Content-Disposition", contentDisposition(report.name));
        response.setHeader("Cache-Control", "private, no-store");
        await pipeline(createReadStream(report.path), response);
      } finally {
        await report.remove();
      }
      return { status: 200, body: undefined };
    },
  );
}

function notFetched(error: unknown): never {
  if (error instanceof Transient || error instanceof Permanent)
    throw new ApiError(502, error.code, error.message);
  throw error;
}
