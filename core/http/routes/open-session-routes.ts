// Sessions of everybody, for who manages accounts: who is here, since when, from where, and ending them.
import { Type } from "typebox";
import type { Access } from "../../access/open-access.ts";
import { listSessions, revokeSessions } from "../../access/session-list.ts";
import { SESSION_DOORS, type SessionRow } from "../../database/entities/account.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id, oneOf, Time } from "../schemas.ts";

const tag = "Access";
const permission = "accounts.manage";

export const OpenSession = Type.Object(
  {
    id: Id,
    account: Type.String(),
    accountId: Id,
    door: oneOf(SESSION_DOORS),
    address: Type.String(),
    device: Type.String({ description: "What the browser calls itself" }),
    createdAt: Time,
    lastSeenAt: Time,
    current: Type.Boolean({ description: "The session that asks" }),
  },
  { additionalProperties: false },
);

export const openSession = (row: SessionRow, asking: string | undefined) => ({
  ...{ id: row.id, account: row.account.name, accountId: row.account.id, door: row.door },
  ...{ address: row.remoteAddress, device: row.device },
  createdAt: row.createdAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  current: row.id === asking,
});

export function openSessionRoutes(api: Api, access: () => Access): void {
  api.route(
    {
      ...{ method: "get", path: "/api/access/sessions", operationId: "listSessions", tag, permission },
      summary: "Sessions that are open, last seen first",
      responses: { 200: Type.Object({ data: Type.Array(OpenSession) }) },
    },
    async ({ visitor }) => {
      const rows = await listSessions(access());
      return { status: 200, body: { data: rows.map((row) => openSession(row, visitor!.session)) } };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/access/sessions/:id", operationId: "endSession", tag, permission },
      summary: "Ends a session",
      params: Type.Object({ id: Id }),
      responses: { 204: null, 404: ApiProblem },
    },
    async ({ params: { id }, visitor }) => {
      if ((await revokeSessions(access().orm, { id }, visitor!.name)) === 0) throw notFound("session");
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/access/sessions", operationId: "endSessions", tag, permission },
      summary: "Ends all sessions but the one that asks, or those of one account",
      query: Type.Object({ account: Type.Optional(Id) }),
      responses: { 200: Type.Object({ ended: Type.Integer() }) },
    },
    async ({ query, visitor }) => {
      const { session, name } = visitor!;
      const choice = { account: query.account, ...(session === undefined ? {} : { but: session }) };
      const ended = await revokeSessions(access().orm, choice, name);
      return { status: 200, body: { ended } };
    },
  );
}
