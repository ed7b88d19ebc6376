// Groups of studies: create, change, delete, let studies in and out, and what can be chosen for them.
import type { MikroORM } from "@mikro-orm/postgresql";
import { type Static, Type } from "typebox";
import { findGroup, listGroups } from "../../groups/group-queries.ts";
import { GroupRefusal } from "../../groups/group-refusal.ts";
import type { Groups } from "../../groups/groups.ts";
import { type Api, requirePermission } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { ApiProblem, Id } from "../schemas.ts";
import { groupReportRoutes } from "./group-report-routes.ts";
import { GroupChange, GroupForm, GroupInfo, groupInfo } from "./group-shapes.ts";

export interface GroupRouteParts {
  readonly orm: MikroORM;
  readonly groups: Groups;
  readonly trees: { readonly results: string };
}

const tag = "Groups";
const byId = Type.Object({ id: Id });
const sealed = { additionalProperties: false };
const Chosen = Type.Object(
  { studyIds: Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }) },
  sealed,
);

export function groupRoutes(api: Api, parts: GroupRouteParts): void {
  settingsRoutes(api, parts);
  memberRoutes(api, parts);
  groupReportRoutes(api, parts, asAnswer);
}

function settingsRoutes(api: Api, parts: GroupRouteParts): void {
  const view = async (id: string): Promise<Static<typeof GroupInfo>> => {
    const sight = await findGroup(parts.orm.em.fork(), id);
    if (!sight) throw notFound("group");
    return groupInfo(sight);
  };

  api.route(
    {
      ...{ method: "get", path: "/api/groups", operationId: "listGroups", tag, permission: "groups.read" },
      summary: "All groups by name, with how far their studies are and their last report",
      query: Type.Object({
        page: Type.Integer({ minimum: 1, default: 1 }),
        perPage: Type.Integer({ minimum: 1, maximum: 100, default: 25 }),
      }),
      responses: {
        200: Type.Object({ data: Type.Array(GroupInfo), total: Type.Integer() }),
        400: ApiProblem,
      },
    },
    async ({ query }) => {
      const { views, total } = await listGroups(parts.orm.em.fork(), query.page, query.perPage);
      return { status: 200, body: { data: views.map(groupInfo), total } };
    },
  );

  api.route(
    {
      ...{
        method: "get",
        path: "/api/group-options",
        operationId: "getGroupOptions",
        tag,
        permission: "groups.read",
      },
      summary: "What can be chosen for a group: products, and destinations that take its reports",
      responses: {
        200: Type.Object({
          products: Type.Array(Type.String()),
          deliveries: Type.Array(Type.String()),
          timeZone: Type.Union([Type.String(), Type.Null()], {
            description: "Of the schedules; null: the machine's own",
          }),
        }),
      },
    },
    async () => {
      const { products, deliveries, timeZone = null } = parts.groups.known;
      const body = { products: [...products], deliveries: [...deliveries], timeZone };
      return { status: 200, body };
    },
  );

  api.route(
    {
      ...{ method: "get", path: "/api/groups/:id", operationId: "getGroup", tag, permission: "groups.read" },
      summary: "One group",
      params: byId,
      responses: { 200: GroupInfo, 404: ApiProblem },
    },
    async ({ params }) => ({ status: 200, body: await view(params.id) }),
  );

  api.route(
    {
      ...{
        method: "post",
        path: "/api/groups",
        operationId: "createGroup",
        tag,
        permission: "groups.create",
      },
      summary: "Makes a group",
      body: GroupForm,
      responses: { 201: GroupInfo, 400: ApiProblem, 403: ApiProblem, 409: ApiProblem },
    },
    async ({ body, visitor }) => {
      if (!isHarmless(body)) requirePermission(visitor!, "groups.change");
      const { delivery = null, schedule = null, ...settings } = body;
      const { id } = await parts.groups
        .create({ ...settings, delivery, schedule }, visitor!.name)
        .catch(asAnswer);
      return { status: 201, body: await view(id) };
    },
  );

  api.route(
    {
      ...{
        method: "patch",
        path: "/api/groups/:id",
        operationId: "changeGroup",
        tag,
        permission: "groups.change",
      },
      summary: "Changes what is given",
      params: byId,
      body: GroupChange,
      responses: { 200: GroupInfo, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, body, visitor }) => {
      const changed = await parts.groups.change(params.id, body, visitor!.name).catch(asAnswer);
      if (!changed) throw notFound("group");
      return { status: 200, body: await view(params.id) };
    },
  );

  api.route(
    {
      ...{
        method: "delete",
        path: "/api/groups/:id",
        operationId: "deleteGroup",
        tag,
        permission: "groups.change",
      },
      summary:
        "Deletes a group with its reports; its studies stay. Its name is asked for, so that it is no slip",
      params: byId,
      query: Type.Object({
        name: Type.String({ maxLength: 100, description: "Name of the group, to confirm" }),
      }),
      responses: { 204: null, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem },
    },
    async ({ params, query, visitor }) => {
      const { name } = await view(params.id);
      if (query.name !== name) {
        throw new ApiError(
          409,
          "group.not-confirmed",
          "This is not the name of the group, so it is not deleted.",
        );
      }
      if (!(await parts.groups.delete(params.id, visitor!.name))) throw notFound("group");
      return { status: 204, body: undefined };
    },
  );
}

function memberRoutes(api: Api, parts: GroupRouteParts): void {
  const responses = { 204: null, 400: ApiProblem, 404: ApiProblem, 409: ApiProblem } as const;
  const params = byId;

  api.route(
    {
      ...{
        method: "post",
        path: "/api/groups/:id/studies",
        operationId: "assignStudies",
        tag,
        permission: "groups.assign",
      },
      summary: "Lets studies join the group, all of them or none; they leave another group for it",
      ...{ params, body: Chosen, responses },
    },
    async ({ params, body, visitor }) => {
      await parts.groups.join(params.id, body.studyIds, visitor!.name).catch(asAnswer);
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{
        method: "delete",
        path: "/api/groups/:id/studies",
        operationId: "unassignStudies",
        tag,
        permission: "groups.assign",
      },
      summary: "Takes studies out of the group; those that are not in it stay as they are",
      ...{ params, body: Chosen, responses },
    },
    async ({ params, body, visitor }) => {
      await parts.groups.leave(params.id, body.studyIds, visitor!.name).catch(asAnswer);
      return { status: 204, body: undefined };
    },
  );
}

/** Where reports go, and that they name patients, is not for everybody to say. */
function isHarmless({ delivery, schedule, autoAssign, identifyBy }: Static<typeof GroupForm>): boolean {
  return !delivery && !schedule && !autoAssign && identifyBy === "hub-id";
}

const STATUSES: Readonly<Record<string, number>> = { "group.not-there": 404, "group.no-study": 404 };
const OF_THE_FORM = ["group.unknown-product", "group.no-destination", "group.schedule", "group.file-name"];

/** @throws ApiError */
export function asAnswer(error: unknown): never {
  if (!(error instanceof GroupRefusal)) throw error;
  const { code, message, studyIds } = error;
  const status = STATUSES[code] ?? (OF_THE_FORM.includes(code) ? 400 : 409);
  throw new ApiError(status, code, message, studyIds.length > 0 ? { studyIds } : undefined);
}
