// Roles: those of every hub, and those that a site makes.
import { Type } from "typebox";
import type { Access } from "../../access/open-access.ts";
import { ALL_PERMISSIONS, areaOf, PERMISSIONS } from "../../access/permissions.ts";
import { allRoles, deleteRole, saveRole } from "../../access/roles.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, PermissionName } from "../schemas.ts";
import { asAccessAnswer } from "./access-answers.ts";

const tag = "Access";
const permission = "accounts.manage";
const byName = Type.Object({ name: Type.String({ maxLength: 63 }) });
const Title = Type.String({ minLength: 1, maxLength: 100 });
const Permissions = Type.Array(PermissionName, { uniqueItems: true });

const RoleInfo = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    permissions: Permissions,
    siteMade: Type.Boolean({ description: "Made by the site; the others cannot be changed" }),
  },
  { additionalProperties: false },
);

export function roleRoutes(api: Api, access: () => Access): void {
  api.route(
    {
      ...{ method: "get", path: "/api/access/roles", operationId: "listRoles", tag, permission },
      summary: "Roles with what they may do, and every permission in words",
      responses: {
        200: Type.Object({
          data: Type.Array(RoleInfo),
          permissions: Type.Array(
            Type.Object({ name: PermissionName, words: Type.String(), area: Type.String() }),
          ),
        }),
      },
    },
    async () => {
      const roles = await allRoles(access().orm);
      const data = roles.map((role) => ({ ...role, permissions: [...role.permissions] }));
      const permissions = ALL_PERMISSIONS.map((name) => {
        return { name, words: PERMISSIONS[name], area: areaOf(name) };
      });
      return { status: 200, body: { data, permissions } };
    },
  );

  api.route(
    {
      ...{ method: "put", path: "/api/access/roles/:name", operationId: "saveRole", tag, permission },
      summary: "Makes a role or changes one; sessions of its accounts end",
      params: byName,
      body: Type.Object({ title: Title, permissions: Permissions }, { additionalProperties: false }),
      responses: { 204: null, 400: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      await saveRole(access(), params.name, body, visitor!.name).catch(asAccessAnswer);
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/access/roles/:name", operationId: "deleteRole", tag, permission },
      summary: "Deletes a role that no account has",
      params: byName,
      responses: { 204: null, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, visitor }) => {
      const done = await deleteRole(access().orm, params.name, visitor!.name).catch(asAccessAnswer);
      if (!done) throw notFound("role");
      return { status: 204, body: undefined };
    },
  );
}
