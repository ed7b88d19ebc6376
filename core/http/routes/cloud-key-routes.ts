// Keys of the cloud API for admins: list, make with a secret that is shown once, change, revoke.
import { type Static, Type } from "typebox";
import { findKey, findOrganisation, listKeys } from "../../cloud-access/access-views.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id } from "../schemas.ts";
import type { AccessParts } from "./organisation-routes.ts";
import { asAnswer, CloudKeyInfo, KeyChange, KeyForm, keyInfo } from "./organisation-shapes.ts";

const tag = "Organisations";
const allow = "admin";
const params = Type.Object({ id: Id });
const refusals = { 400: ApiProblem, 403: ApiProblem, 404: ApiProblem, 409: ApiProblem } as const;

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

export function cloudKeyRoutes(api: Api, parts: AccessParts): void {
  const view = async (id: string): Promise<Static<typeof CloudKeyInfo>> => {
    const found = await findKey(parts.orm.em.fork(), id);
    if (!found) throw notFound("key");
    return keyInfo(found);
  };

  api.route(
    {
      ...{ method: "get", path: "/api/organisations/:id/keys", operationId: "listCloudKeys", tag, allow },
      summary: "Keys of an organisation: those that work first, the newest of them first",
      params,
      responses: {
        200: Type.Object({ data: Type.Array(CloudKeyInfo), total: Type.Integer() }),
        404: ApiProblem,
      },
    },
    async ({ params: { id } }) => {
      const em = parts.orm.em.fork();
      const data = (await listKeys(em, id)).map(keyInfo);
      if (data.length === 0 && !(await findOrganisation(em, id))) throw notFound("organisation");
      return { status: 200, body: { data, total: data.length } };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/cloud-members/:id/keys", operationId: "createCloudKey", tag, allow },
      summary: "Makes a key for a member; its secret is in this answer and nowhere else",
      params,
      body: KeyForm,
      responses: {
        201: Type.Object({
          key: CloudKeyInfo,
          secret: Type.String({ description: "Goes to the client; it cannot be had again" }),
        }),
        ...refusals,
      },
    },
    async ({ params: { id }, body: { quota = null, expiresAt = null, ...form }, visitor }) => {
      const whole = { ...form, quota, expiresAt: instantOf(expiresAt) };
      const made = await parts.accessBook.keys.create(id, whole, visitor!.name).catch(asAnswer);
      if (!made) throw notFound("member");
      return { status: 201, body: { key: await view(made.id), secret: made.secret } };
    },
  );

  api.route(
    {
      ...{ method: "patch", path: "/api/cloud-keys/:id", operationId: "changeCloudKey", tag, allow },
      summary: "Changes name, quota or end of a key; what is left out stays",
      ...{ params, body: KeyChange, responses: { 200: CloudKeyInfo, ...refusals } },
    },
    async ({ params: { id }, body: { expiresAt, ...form }, visitor }) => {
      const change = { ...form, ...(expiresAt === undefined ? {} : { expiresAt: instantOf(expiresAt) }) };
      const changed = await parts.accessBook.keys.change(id, change, visitor!.name).catch(asAnswer);
      if (!changed) throw notFound("key");
      return { status: 200, body: await view(id) };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/cloud-keys/:id/revoke", operationId: "revokeCloudKey", tag, allow },
      summary: "Ends a key for good, at once; what was ordered with it goes on",
      ...{ params, responses: { 200: CloudKeyInfo, ...refusals } },
    },
    async ({ params: { id }, visitor }) => {
      if (!(await parts.accessBook.keys.revoke(id, visitor!.name))) throw notFound("key");
      return { status: 200, body: await view(id) };
    },
  );
}
