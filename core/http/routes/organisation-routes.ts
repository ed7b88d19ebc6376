// Organisations of the cloud API for admins: list, make, change, suspend, delete; and their members.
import type { MikroORM } from "@mikro-orm/postgresql";
import { type Static, Type } from "typebox";
import { findOrganisation, listMembers, listOrganisations } from "../../cloud-access/access-views.ts";
import type { AccessBook } from "../../cloud-access/open-cloud-access.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id } from "../schemas.ts";
import {
  asAnswer,
  MemberChange,
  MemberForm,
  MemberInfo,
  memberInfo,
  NameText,
  OrderDays,
  OrganisationInfo,
  organisationInfo,
} from "./organisation-shapes.ts";

export interface AccessParts {
  readonly orm: MikroORM;
  readonly accessBook: AccessBook;
}

const tag = "Organisations";
const allow = "admin";
const params = Type.Object({ id: Id });
const sealed = { additionalProperties: false };
const refusals = { 400: ApiProblem, 403: ApiProblem, 404: ApiProblem, 409: ApiProblem } as const;

export function organisationRoutes(api: Api, parts: AccessParts): void {
  readingRoutes(api, parts);
  changingRoutes(api, parts);
  memberRoutes(api, parts);
}

async function view(orm: MikroORM, id: string): Promise<Static<typeof OrganisationInfo>> {
  const found = await findOrganisation(orm.em.fork(), id);
  if (!found) throw notFound("organisation");
  return organisationInfo(found);
}

function readingRoutes(api: Api, { orm }: AccessParts): void {
  api.route(
    {
      ...{ method: "get", path: "/api/organisations", operationId: "listOrganisations", tag, allow },
      summary: "Organisations that use this hub as their cloud, by name",
      query: Type.Object({
        page: Type.Integer({ minimum: 1, default: 1 }),
        perPage: Type.Integer({ minimum: 1, maximum: 100, default: 25 }),
      }),
      responses: {
        200: Type.Object({ data: Type.Array(OrganisationInfo), total: Type.Integer() }),
        400: ApiProblem,
      },
    },
    async ({ query }) => {
      const { views, total } = await listOrganisations(orm.em.fork(), query.page, query.perPage);
      return { status: 200, body: { data: views.map(organisationInfo), total } };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/organisations/:id", operationId: "getOrganisation", tag, allow },
      summary: "One organisation",
      params,
      responses: { 200: OrganisationInfo, 404: ApiProblem },
    },
    async ({ params: { id } }) => ({ status: 200, body: await view(orm, id) }),
  );
}

function changingRoutes(api: Api, parts: AccessParts): void {
  api.route(
    {
      ...{ method: "post", path: "/api/organisations", operationId: "createOrganisation", tag, allow },
      summary: "Makes an organisation",
      body: Type.Object({ name: NameText, orderDays: Type.Integer({ ...OrderDays, default: 30 }) }, sealed),
      responses: { 201: OrganisationInfo, ...refusals },
    },
    async ({ body, visitor }) => {
      const id = await parts.accessBook.organisations.create(body, visitor!.name).catch(asAnswer);
      return { status: 201, body: await view(parts.orm, id) };
    },
  );

  api.route(
    {
      ...{ method: "patch", path: "/api/organisations/:id", operationId: "changeOrganisation", tag, allow },
      summary: "Changes what is given; while it is suspended none of its keys works",
      params,
      body: Type.Object(
        {
          name: Type.Optional(NameText),
          orderDays: Type.Optional(OrderDays),
          suspended: Type.Optional(Type.Boolean()),
        },
        { ...sealed, minProperties: 1 },
      ),
      responses: { 200: OrganisationInfo, ...refusals },
    },
    async ({ params: { id }, body, visitor }) => {
      const changed = await parts.accessBook.organisations.change(id, body, visitor!.name).catch(asAnswer);
      if (!changed) throw notFound("organisation");
      return { status: 200, body: await view(parts.orm, id) };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/organisations/:id", operationId: "deleteOrganisation", tag, allow },
      summary: "Deletes an organisation for which nothing was run, with members, keys, products and agents",
      params,
      query: Type.Object({ name: Type.String({ maxLength: 100, description: "Name of it, to confirm" }) }),
      responses: { 204: null, ...refusals },
    },
    async ({ params: { id }, query: { name }, visitor }) => {
      const deleted = await parts.accessBook.organisations.delete(id, name, visitor!.name).catch(asAnswer);
      if (!deleted) throw notFound("organisation");
      return { status: 204, body: undefined };
    },
  );
}

function memberRoutes(api: Api, parts: AccessParts): void {
  const ofOrganisation = "/api/organisations/:id/members";
  const one = "/api/cloud-members/:id";

  api.route(
    {
      ...{ method: "get", path: ofOrganisation, operationId: "listMembers", tag, allow },
      summary: "Members of an organisation, by name",
      params,
      responses: {
        200: Type.Object({ data: Type.Array(MemberInfo), total: Type.Integer() }),
        404: ApiProblem,
      },
    },
    async ({ params: { id } }) => {
      const data = (await listMembers(parts.orm.em.fork(), id)).map(memberInfo);
      if (data.length === 0) await view(parts.orm, id);
      return { status: 200, body: { data, total: data.length } };
    },
  );

  api.route(
    {
      ...{ method: "post", path: ofOrganisation, operationId: "createMember", tag, allow },
      summary: "Makes a member, who may then get keys",
      ...{ params, body: MemberForm, responses: { 201: MemberInfo, ...refusals } },
    },
    async ({ params: { id }, body: { email = null, ...form }, visitor }) => {
      const { members } = parts.accessBook;
      const member = await members.create(id, { ...form, email }, visitor!.name).catch(asAnswer);
      if (!member) throw notFound("organisation");
      return { status: 201, body: memberInfo(member) };
    },
  );

  api.route(
    {
      ...{ method: "patch", path: one, operationId: "changeMember", tag, allow },
      summary: "Changes what is given; while a member is suspended none of its keys works",
      ...{ params, body: MemberChange, responses: { 200: MemberInfo, ...refusals } },
    },
    async ({ params: { id }, body, visitor }) => {
      const member = await parts.accessBook.members.change(id, body, visitor!.name).catch(asAnswer);
      if (!member) throw notFound("member");
      return { status: 200, body: memberInfo(member) };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: one, operationId: "deleteMember", tag, allow },
      summary: "Deletes a member for whom nothing was run, with its keys",
      ...{ params, responses: { 204: null, ...refusals } },
    },
    async ({ params: { id }, visitor }) => {
      if (!(await parts.accessBook.members.delete(id, visitor!.name).catch(asAnswer)))
        throw notFound("member");
      return { status: 204, body: undefined };
    },
  );
}
