// What people do about their own account: change the password, see and end their sessions.
import { Type } from "typebox";
import { changeOwnPassword } from "../../access/accounts.ts";
import type { Access } from "../../access/open-access.ts";
import { PASSWORD_RULES } from "../../access/password-policy.ts";
import { listSessions, revokeSessions } from "../../access/session-list.ts";
import type { Api } from "../api.ts";
import { ApiProblem, Id } from "../schemas.ts";
import { asAccessAnswer } from "./access-answers.ts";
import { OpenSession, openSession } from "./open-session-routes.ts";

const tag = "Access";
const permission = "person";
const Password = Type.String({ minLength: 1, maxLength: 500 });

export function ownRoutes(api: Api, access: () => Access): void {
  api.route(
    {
      ...{ method: "put", path: "/api/my/password", operationId: "changeMyPassword", tag, permission },
      summary: "Changes the own password; other sessions of the account end",
      body: Type.Object({ current: Password, wanted: Password }, { additionalProperties: false }),
      responses: { 204: null, 400: ApiProblem, 403: ApiProblem },
    },
    async ({ body, visitor }) => {
      await changeOwnPassword(access().orm, visitor!, body.current, body.wanted).catch(asAccessAnswer);
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/password-rules", operationId: "getPasswordRules", tag },
      summary: "What a new password needs, in words",
      permission: "signed-in",
      responses: { 200: Type.Object({ data: Type.Array(Type.String()) }) },
    },
    async () => ({ status: 200, body: { data: PASSWORD_RULES.map(({ words }) => words) } }),
  );

  api.route(
    {
      ...{ method: "get", path: "/api/my/sessions", operationId: "listMySessions", tag, permission },
      summary: "The own sessions, last seen first",
      responses: { 200: Type.Object({ data: Type.Array(OpenSession) }) },
    },
    async ({ visitor }) => {
      const rows = await listSessions(access(), visitor!.accountId);
      return { status: 200, body: { data: rows.map((row) => openSession(row, visitor!.session)) } };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/my/sessions", operationId: "endMySessions", tag, permission },
      summary: "Ends one of the own sessions, or without an id all others",
      query: Type.Object({ id: Type.Optional(Id) }),
      responses: { 200: Type.Object({ ended: Type.Integer() }) },
    },
    async ({ query, visitor }) => {
      const { accountId, session, name } = visitor!;
      const which = query.id === undefined ? { but: session! } : { id: query.id };
      const ended = await revokeSessions(access().orm, { account: accountId, ...which }, name);
      return { status: 200, body: { ended } };
    },
  );
}
