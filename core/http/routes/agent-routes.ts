// Edge hubs that use this one as their cloud, for admins: how they are, as far as they tell.
import { Heartbeat } from "@thalamus/sdk/cloud";
import { type Static, Type } from "typebox";
import { AGENT_STATES } from "../../cloud-access/agent-state.ts";
import { type AgentView, listAgents } from "../../cloud-access/agent-views.ts";
import type { Api } from "../api.ts";
import { notFound } from "../api-error.ts";
import { ApiProblem, Id, oneOf } from "../schemas.ts";
import type { AccessParts } from "./organisation-routes.ts";

const tag = "Agents";
const allow = "admin";
const params = Type.Object({ id: Id });
const time = Type.String({ format: "date-time" });
const counted = Type.Integer();

export const AgentInfo = Type.Object(
  {
    id: Id,
    agentId: Type.String({ format: "uuid", description: "As the hub calls itself" }),
    name: Type.String({ description: "Given to it here; empty: none" }),
    organisation: Type.Object({ id: Id, name: Type.String() }),
    state: oneOf(AGENT_STATES, {
      description:
        "unshared: it lives and does not say how it is; silent: no heartbeat for three of its intervals",
    }),
    receivedAt: time,
    silentAt: Type.String({
      format: "date-time",
      description: "Without a heartbeat until then it is silent",
    }),
    firstSeenAt: time,
    heartbeat: Heartbeat,
  },
  { additionalProperties: false },
);

export function agentRoutes(api: Api, parts: AccessParts): void {
  api.route(
    {
      ...{ method: "get", path: "/api/agents", operationId: "listAgents", tag, allow },
      summary: "Edge hubs with their last heartbeat, those that need somebody first",
      query: Type.Object({
        page: Type.Integer({ minimum: 1, default: 1 }),
        perPage: Type.Integer({ minimum: 1, maximum: 100, default: 25 }),
        organisation: Type.Optional(Id),
        state: Type.Optional(oneOf(AGENT_STATES)),
      }),
      responses: {
        200: Type.Object({
          data: Type.Array(AgentInfo),
          total: Type.Integer(),
          states: Type.Object(
            { unhealthy: counted, silent: counted, unshared: counted, healthy: counted },
            { description: "How many of all are how" },
          ),
        }),
        400: ApiProblem,
      },
    },
    async ({ query: { page, perPage, ...filter } }) => {
      const { views, total } = await listAgents(parts.orm.em.fork(), filter, page, perPage);
      const states = await parts.accessBook.agents.counts();
      return { status: 200, body: { data: views.map(agentInfo), total, states } };
    },
  );

  api.route(
    {
      ...{ method: "patch", path: "/api/agents/:id", operationId: "renameAgent", tag, allow },
      summary: "Gives an agent a name; empty takes it away",
      params,
      body: Type.Object(
        { name: Type.String({ pattern: "^(\\S(.{0,98}\\S)?)?$" }) },
        { additionalProperties: false },
      ),
      responses: { 204: null, 400: ApiProblem, 404: ApiProblem },
    },
    async ({ params: { id }, body: { name }, visitor }) => {
      if (!(await parts.accessBook.agents.rename(id, name, visitor!.name))) throw notFound("agent");
      return { status: 204, body: undefined };
    },
  );

  api.route(
    {
      ...{ method: "delete", path: "/api/agents/:id", operationId: "forgetAgent", tag, allow },
      summary: "Forgets an agent; its next heartbeat brings it back",
      ...{ params, responses: { 204: null, 404: ApiProblem } },
    },
    async ({ params: { id }, visitor }) => {
      if (!(await parts.accessBook.agents.forget(id, visitor!.name))) throw notFound("agent");
      return { status: 204, body: undefined };
    },
  );
}

function agentInfo({ agent, organisation, state }: AgentView): Static<typeof AgentInfo> {
  const { id, agentId, name, heartbeat, receivedAt, silentAt, firstSeenAt } = agent;
  return {
    ...{ id, agentId, name, organisation, state, heartbeat },
    receivedAt: receivedAt.toISOString(),
    silentAt: silentAt.toISOString(),
    firstSeenAt: firstSeenAt.toISOString(),
  };
}
