// Notifications for admins: what was told to whom, what was not and why, and the test button of every destination.
import type { MikroORM } from "@mikro-orm/postgresql";
import { NOTICE_EVENTS, type ProbeReport } from "@thalamus/sdk";
import { Type } from "typebox";
import { NOTICE_STATES, Notice } from "../../database/entities/notice.ts";
import type { Api } from "../api.ts";
import { ApiError } from "../api-error.ts";
import { ApiProblem, Id, listQuery, oneOf } from "../schemas.ts";

const sealed = { additionalProperties: false };
const maybe = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

export const NoticeInfo = Type.Object(
  {
    id: Id,
    target: Type.String({ description: "Plugin entry that tells it" }),
    event: Type.String(),
    title: Type.String(),
    studyId: Type.Union([Id, Type.Null()]),
    state: oneOf(NOTICE_STATES),
    code: maybe("Why it was not sent"),
    reason: maybe("The same in words"),
    attempt: Type.Integer(),
    createdAt: Type.String(),
    settledAt: maybe("When it was sent, failed or suppressed"),
  },
  sealed,
);

const ProbeStage = Type.Object({ stage: Type.String(), ok: Type.Boolean(), message: Type.String() }, sealed);
const ProbeAnswer = Type.Object(
  { ok: Type.Boolean(), message: Type.String(), stages: Type.Array(ProbeStage) },
  sealed,
);

export type ProbeDestination = (name: string, signal: AbortSignal) => Promise<ProbeReport | "no-destination">;

/** A person waits for it. */
const LONGEST_PROBE_MS = 60_000;

export function noticeRoutes(api: Api, orm: MikroORM, probe: ProbeDestination): void {
  api.route(
    {
      method: "get",
      path: "/api/notices",
      operationId: "listNotices",
      summary: "What was told by notifications, what failed, and what was suppressed and why",
      tag: "Notifications",
      allow: "admin",
      query: listQuery(["createdAt", "settledAt", "state", "target"], "createdAt", {
        state: Type.Optional(oneOf(NOTICE_STATES)),
        target: Type.Optional(Type.String({ maxLength: 255 })),
      }),
      responses: {
        200: Type.Object({ data: Type.Array(NoticeInfo), total: Type.Integer() }),
        400: ApiProblem,
      },
    },
    async ({ query }) => {
      const { page, perPage, sort, order, state, target } = query;
      const where = { ...(state ? { state } : {}), ...(target ? { target } : {}) };
      const [rows, total] = await orm.em.fork().findAndCount(Notice, where, {
        limit: perPage,
        offset: (page - 1) * perPage,
        orderBy: [{ [sort]: order }, { id: "ASC" }],
      });
      const data = rows.map(
        ({ id, target, event, study, state, code, reason, attempt, createdAt, settledAt }) => ({
          ...{ id, target, event, title: NOTICE_EVENTS[event] ?? event, studyId: study?.id ?? null, state },
          ...{ code: code ?? null, reason: reason ?? null, attempt },
          ...{ createdAt: createdAt.toISOString(), settledAt: settledAt?.toISOString() ?? null },
        }),
      );
      return { status: 200, body: { data, total } };
    },
  );

  api.route(
    {
      method: "post",
      path: "/api/destinations/:name/test",
      operationId: "testDestination",
      summary: "Tries a delivery or a notification with its settings, stage by stage, and sends nothing",
      tag: "Notifications",
      allow: "admin",
      params: Type.Object({ name: Type.String({ maxLength: 255 }) }),
      responses: { 200: ProbeAnswer, 404: ApiProblem, 503: ApiProblem },
    },
    async ({ params }) => {
      const signal = AbortSignal.timeout(LONGEST_PROBE_MS);
      const report = await probe(params.name, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        throw new ApiError(503, "api.test-slow", "The destination did not answer in time.");
      });
      if (report === "no-destination")
        throw new ApiError(404, "api.no-destination", "No delivery and no notification has this name.");
      const { ok, message, stages = [] } = report;
      return { status: 200, body: { ok, message, stages: stages.map((one) => ({ ...one })) } };
    },
  );
}
