// What a trial of single sign-on came to, for the window in which it was done.
import { Type } from "typebox";
import type { Access } from "../../access/open-access.ts";
import { SignInTrials } from "../../access/sso/sign-in-trial.ts";
import { isMarkedBrowser } from "../../access/sso/sso-cookie.ts";
import { journal } from "../../observe/journal.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem } from "../schemas.ts";

const Texts = Type.Array(Type.String());

export function ssoTrialRoutes(api: Api, access: () => Access): void {
  api.route(
    {
      method: "post",
      path: "/api/sso/trial",
      operationId: "getSignInTrial",
      summary:
        "What a trial of single sign-on came to: claims, groups, and the role they would give; shown once",
      tag: "Access",
      permission: "accounts.manage",
      body: Type.Object({ ticket: Type.String({ maxLength: 100 }) }, { additionalProperties: false }),
      responses: {
        200: Type.Object({
          ok: Type.Boolean(),
          reason: Type.Optional(Type.String({ description: "Why the answer was not taken" })),
          words: Type.Optional(Type.String()),
          name: Type.Optional(Type.String()),
          nameId: Type.Optional(Type.String()),
          groups: Type.Optional(Texts),
          role: Type.Optional(Type.String({ description: "Left out: nobody of these groups comes in" })),
          claims: Type.Optional(Type.Array(Type.Object({ name: Type.String(), values: Texts }))),
        }),
        404: ApiProblem,
      },
    },
    async ({ body, request, visitor }) => {
      const isOwn = (browser: string) => isMarkedBrowser(request, browser);
      const result = await new SignInTrials(access()).result(body.ticket, isOwn);
      if (!result) throw notFound("trial");
      const { ok, reason, words, name, nameId, role } = result;
      const detail = {
        ok,
        ...(reason === undefined ? {} : { reason }),
        ...(role === undefined ? {} : { role }),
      };
      await journal(access().orm.em.fork(), { event: "session.tried", actor: visitor!.name, detail });
      const texts = { reason, words, name, nameId, role };
      const known = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
      const lists = {
        groups: [...(result.groups ?? [])],
        claims: (result.claims ?? []).map((one) => ({ name: one.name, values: [...one.values] })),
      };
      return { status: 200, body: { ok, ...known, ...lists } };
    },
  );
}
