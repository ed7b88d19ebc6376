// API keys: list, make, revoke.
import { Type } from "typebox";
import { createApiKey, listApiKeys, revokeApiKey } from "../../access/api-keys.ts";
import type { Access } from "../../access/open-access.ts";
import { isPermission } from "../../access/permissions.ts";
import type { ApiKeyRow } from "../../database/entities/account.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id, MaybeTime, PermissionName, Time } from "../schemas.ts";
import { asAccessAnswer } from "./access-answers.ts";

const tag = "Access";
const permission = "keys.manage";
const sealed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9][A-Za-z0-9 ._-]*$" });

const KeyInfo = Type.Object(
  {
    id: Id,
    name: Type.String(),
    hint: Type.String({ description: "Its first characters" }),
    madeBy: Type.String({ description: "Account; the key is never allowed more" }),
    scopes: Type.Array(PermissionName),
    createdAt: Time,
    expiresAt: MaybeTime,
    lastUsedAt: MaybeTime,
    revokedAt: MaybeTime,
  },
  sealed,
);

export function keyRoutes(api: Api, access: () => Access): void {
  api.route(
    {
      ...{ method: "get", path: "/api/access/keys", operationId: "listKeys", tag, permission },
      summary: "API keys, newest first",
      responses: { 200: Type.Object({ data: Type.Array(KeyInfo) }) },
    },
    async () => ({ status: 200, body: { data: (await listApiKeys(access().orm)).map(view) } }),
  );

  api.route(
    {
      ...{ method: "post", path: "/api/access/keys", operationId: "createKey", tag, permission },
      summary: "Makes a key for a program: Authorization: Bearer thal_… It is shown this once",
      body: Type.Object(
        {
          name: Name,
          scopes: Type.Array(PermissionName, { minItems: 1, uniqueItems: true }),
          expiresAt: Type.Optional(Time),
        },
        sealed,
      ),
      responses: { 201: Type.Object({ id: Id, key: Type.String() }), 400: ApiProblem, 403: ApiProblem },
    },
    async ({ body: { name, scopes, expiresAt }, visitor }) => {
      const until = expiresAt === undefined ? undefined : new Date(expiresAt);
      const wanted = { name, scopes, expiresAt: until };
      const made = await createApiKey(access().orm, wanted, visitor!).catch(asAccessAnswer);
      return { status: 201, body: made };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/access/keys/:id", operationId: "revokeKey", tag, permission },
      summary: "Revokes a key, for good",
      params: Type.Object({ id: Id }),
      responses: { 204: null, 404: ApiProblem },
    },
    async ({ params, visitor }) => {
      if (!(await revokeApiKey(access().orm, params.id, visitor!.name))) throw notFound("key");
      return { status: 204, body: undefined };
    },
  );
}

const view = (row: ApiKeyRow) => ({
  ...{ id: row.id, name: row.name, hint: row.hint, madeBy: row.account.name },
  scopes: row.scopes.filter(isPermission),
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
