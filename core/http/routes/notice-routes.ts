// Notifications for admins: what was told to whom, what was not, and why.
import type { MikroORM } from "@mikro-orm/postgresql";
import { NOTICE_EVENTS } from "@thalamus/sdk";
import { Type } from "typebox";
import { NOTICE_STATES, Notice } from "../../database/entities/notice.ts";
import type { Api } from "../api.ts";
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

export function noticeRoutes(api: Api, orm: MikroORM): void {
  api.route(
    {
      method: "get",
      path: "/api/notices",
      operationId: "listNotices",
      summary: "What was told by notifications, what failed, and what was suppressed and why",
      tag: "Notifications",
      permission: "notices.read",
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
}
