// Accounts, for who manages them: list, make, change role, disable, give another password.
import { Type } from "typebox";
import { changeAccount, createAccount, resetPassword } from "../../access/accounts.ts";
import type { Access } from "../../access/open-access.ts";
import { Account, type AccountRow } from "../../database/entities/account.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id, MaybeTime, oneOf, Time } from "../schemas.ts";
import { asAccessAnswer } from "./access-answers.ts";

const tag = "Access";
const sealed = { additionalProperties: false };
const permission = "accounts.manage";
const Role = Type.String({ minLength: 1, maxLength: 63 });
const Password = Type.String({ minLength: 1, maxLength: 500 });
const byId = Type.Object({ id: Id });

export const AccountInfo = Type.Object(
  {
    id: Id,
    name: Type.String(),
    source: oneOf(["local", "saml", "oidc"]),
    role: Type.String(),
    createdAt: Time,
    lastSignInAt: MaybeTime,
    passwordChangedAt: MaybeTime,
    disabled: Type.Boolean(),
    breakGlass: Type.Boolean({ description: "May sign in with its password in every mode" }),
  },
  sealed,
);
const MadeUp = Type.Optional(Type.String({ description: "The password that was made up, shown this once" }));

export function accountRoutes(api: Api, access: () => Access): void {
  const view = (row: AccountRow) => ({
    ...{ id: row.id, name: row.name, source: row.source, role: row.role },
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    passwordChangedAt: row.source === "local" ? row.passwordChangedAt.toISOString() : null,
    disabled: Boolean(row.disabledAt),
    breakGlass: row.source === "local" && row.name === access().settings.breakGlassAccount,
  });

  api.route(
    {
      ...{ method: "get", path: "/api/access/accounts", operationId: "listAccounts", tag, permission },
      summary: "Accounts of the hub and those that single sign-on has made",
      responses: { 200: Type.Object({ data: Type.Array(AccountInfo) }) },
    },
    async () => {
      const rows = await access()
        .orm.em.fork()
        .findAll(Account, { orderBy: { name: "ASC" } });
      return { status: 200, body: { data: rows.map(view) } };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/access/accounts", operationId: "createAccount", tag, permission },
      summary: "Makes a local account; without a password one is made up",
      body: Type.Object({ name: Type.String(), role: Role, password: Type.Optional(Password) }, sealed),
      responses: {
        201: Type.Object({ account: AccountInfo, password: MadeUp }),
        ...{ 400: ApiProblem, 409: ApiProblem },
      },
    },
    async ({ body, visitor }) => {
      const made = await createAccount(access().orm, body, visitor!.name).catch(asAccessAnswer);
      return { status: 201, body: { account: view(made.account), ...shown(made.password) } };
    },
  );

  api.route(
    {
      ...{ method: "patch", path: "/api/access/accounts/:id", operationId: "changeAccount", tag, permission },
      summary: "Gives another role, disables or enables; sessions of the account end",
      params: byId,
      body: Type.Object({ role: Type.Optional(Role), disabled: Type.Optional(Type.Boolean()) }, sealed),
      responses: { 200: AccountInfo, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params: { id }, body, visitor }) => {
      const { orm, settings } = access();
      const row = await changeAccount(orm, settings, id, body, visitor!.name).catch(asAccessAnswer);
      if (!row) throw notFound("account");
      return { status: 200, body: view(row) };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/access/accounts/:id/password", operationId: "resetPassword", tag },
      summary: "Gives a local account another password; without one it is made up. Its sessions end",
      permission,
      params: byId,
      body: Type.Object({ password: Type.Optional(Password) }, sealed),
      responses: { 200: Type.Object({ password: MadeUp }), 400: ApiProblem, 404: ApiProblem },
    },
    async ({ params: { id }, body, visitor }) => {
      const given = await resetPassword(access().orm, id, body.password, visitor!.name).catch(asAccessAnswer);
      if (!given) throw notFound("account");
      return { status: 200, body: shown(given.password) };
    },
  );
}

const shown = (password: string | undefined) => (password === undefined ? {} : { password });
