// Sign in, sign out, and who am I.
import type { MikroORM } from "@mikro-orm/postgresql";
import { AttemptLimit } from "@thalamus/sdk";
import { Type } from "typebox";
import { signIn } from "../../access/accounts.ts";

import type { Sessions } from "../../access/sessions.ts";
import { journal } from "../../observe/journal.ts";
import type { Api } from "../api.ts";
import { ApiError } from "../api-error.ts";
import { ApiProblem, SessionView } from "../schemas.ts";

/** @param follow asks whoever knows a newer password of an account; true when it has this one now */
export function sessionRoutes(
  api: Api,
  orm: MikroORM,
  sessions: Sessions,
  follow: (name: string, password: string) => Promise<boolean>,
): void {
  const limit = new AttemptLimit();

  api.route(
    {
      method: "post",
      path: "/api/session",
      operationId: "signIn",
      summary: "Sign in with a local password; the answer sets an HttpOnly cookie",
      tag: "Access",
      allow: "anyone",
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 100 }),
          password: Type.String({ minLength: 1, maxLength: 500 }),
        },
        { additionalProperties: false },
      ),
      responses: { 200: SessionView, 400: ApiProblem, 401: ApiProblem, 429: ApiProblem },
    },
    async ({ body, request, response }) => {
      const address = request.socket.remoteAddress ?? "";
      const wait = limit.wait(address);
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1000);
        response.setHeader("Retry-After", String(seconds));
        throw new ApiError(429, "access.wait", `Too many wrong passwords. Wait ${seconds} s and try again.`);
      }
      const { name, password } = body;
      const known = await signIn(orm, name, password);
      const account =
        known ?? ((await follow(name, password)) ? await signIn(orm, name, password) : undefined);
      const em = orm.em.fork();
      if (!account) {
        limit.failed(address);
        await journal(em, { event: "session.refused" });
        throw new ApiError(401, "access.refused", "Name or password is wrong.");
      }
      limit.succeeded(address);
      await sessions.begin(account, request, response);
      await journal(em, { event: "session.began", actor: account.name });
      return { status: 200, body: { name: account.name, role: account.role } };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/session",
      operationId: "whoAmI",
      summary: "Who is signed in",
      tag: "Access",
      allow: "user",
      responses: { 200: SessionView, 401: ApiProblem },
    },
    async ({ visitor }) => ({ status: 200, body: { name: visitor!.name, role: visitor!.role } }),
  );

  api.route(
    {
      method: "delete",
      path: "/api/session",
      operationId: "signOut",
      summary: "Sign out",
      tag: "Access",
      allow: "user",
      responses: { 204: null, 401: ApiProblem },
    },
    async ({ visitor, response }) => {
      await sessions.end(visitor!, response);
      await journal(orm.em.fork(), { event: "session.ended", actor: visitor!.name });
      return { status: 204, body: undefined };
    },
  );
}
