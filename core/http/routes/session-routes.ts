// Sign in, sign out, and who am I.
import { type Static, Type } from "typebox";
import { permissionsOf } from "../../access/account-permissions.ts";
import { signInLocally } from "../../access/local-sign-in.ts";
import type { Access } from "../../access/open-access.ts";
import type { Permission } from "../../access/permissions.ts";
import { allRoles } from "../../access/roles.ts";
import { addressOf, deviceOf } from "../../access/sessions.ts";
import { goodbyeAt } from "../../access/sso/goodbye.ts";
import { Account, type AccountRow } from "../../database/entities/account.ts";
import { journal } from "../../observe/journal.ts";
import type { Api } from "../api.ts";
import { ApiError } from "../api-error.ts";
import { ApiProblem, SessionView } from "../schemas.ts";

const tag = "Access";

export interface SessionRouteParts {
  /** Asks whoever knows a newer password of an account; true when it has this one now. */
  follow(name: string, password: string): Promise<boolean>;
  siteName(): string;
}

export function sessionRoutes(api: Api, access: () => Access, { follow, siteName }: SessionRouteParts): void {
  api.route(
    {
      method: "post",
      path: "/api/session",
      operationId: "signIn",
      summary: "Sign in with a local password; the answer sets an HttpOnly cookie",
      tag,
      permission: "anyone",
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
      const origin = { address: addressOf(request), device: deviceOf(request) };
      const outcome = await signInLocally({ ...access(), follow }, body, origin);
      if (outcome.kind === "wait") {
        response.setHeader("Retry-After", String(outcome.seconds));
        const message = `Too many wrong passwords. Wait ${outcome.seconds} s and try again.`;
        throw new ApiError(429, "access.wait", message);
      }
      if (outcome.kind === "refused") {
        throw new ApiError(401, "access.refused", "Name or password is wrong.");
      }
      const { sessions } = access();
      const { account, door } = outcome;
      await sessions.begin(account, { door }, request, response);
      const permissions = await permissionsOf(access().orm.em.fork(), account.role);
      return { status: 200, body: await viewOf(access(), account, permissions) };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/session",
      operationId: "whoAmI",
      summary: "Who is signed in, and what they may do",
      tag,
      permission: "signed-in",
      responses: { 200: SessionView, 401: ApiProblem },
    },
    async ({ visitor }) => {
      const { name, permissions, accountId } = visitor!;
      const account = await access().orm.em.fork().findOneOrFail(Account, { id: accountId });
      return { status: 200, body: { ...(await viewOf(access(), account, permissions)), name } };
    },
  );

  api.route(
    {
      method: "delete",
      path: "/api/session",
      operationId: "signOut",
      summary: "Sign out; with a location, the browser goes there to sign out at the identity provider too",
      tag,
      permission: "person",
      query: Type.Object(
        { idle: Type.Boolean({ default: false, description: "Nobody was there any more" }) },
        { additionalProperties: false },
      ),
      responses: { 200: Type.Object({ location: Type.String() }), 204: null, 401: ApiProblem },
    },
    async ({ visitor, query, request, response }) => {
      const { orm, sessions } = access();
      const location = await goodbyeAt(access(), await sessions.find(request));
      await sessions.end(visitor!.session!, response);
      const detail = { address: addressOf(request), device: deviceOf(request) };
      const event = query.idle ? "session.expired" : "session.ended";
      await journal(orm.em.fork(), { event, actor: visitor!.name, detail });
      if (location !== undefined) return { status: 200, body: { location } };
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      method: "get",
      path: "/api/sign-in-options",
      operationId: "getSignInOptions",
      summary: "How people sign in here, for the sign-in page",
      tag,
      permission: "anyone",
      responses: { 200: SignInOptions },
    },
    async () => {
      const { settings, sso } = access();
      const { mode, breakGlassAccount } = settings;
      const body = {
        siteName: siteName(),
        password: mode !== "sso",
        breakGlass: mode === "sso" && breakGlassAccount !== "",
        saml: sso.saml !== undefined,
        oidc: sso.oidc !== undefined,
      };
      return { status: 200, body };
    },
  );
}

const SignInOptions = Type.Object({
  siteName: Type.String({ description: "How this hub calls itself" }),
  password: Type.Boolean({ description: "With a password of the hub" }),
  breakGlass: Type.Boolean({
    description: "Single sign-on is the rule, and one account may use its password",
  }),
  saml: Type.Boolean(),
  oidc: Type.Boolean(),
});

async function viewOf(
  { orm, settings }: Access,
  { name, role, source }: AccountRow,
  permissions: ReadonlySet<Permission>,
): Promise<Static<typeof SessionView>> {
  const roleTitle = (await allRoles(orm)).find((one) => one.name === role)?.title ?? role;
  return { name, role, roleTitle, permissions: [...permissions], source, idleMinutes: settings.idleMinutes };
}
