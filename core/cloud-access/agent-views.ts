// Reads edge hubs for screens: those that need somebody first.
import type { EntityManager } from "@mikro-orm/postgresql";
import { Agent, type AgentRow } from "../database/entities/agent.ts";
import { AGENT_STATES, type AgentState, STATE_OF_AGENT } from "./agent-state.ts";

export interface AgentView {
  readonly agent: AgentRow;
  readonly organisation: { readonly id: string; readonly name: string };
  readonly state: AgentState;
}

export interface AgentFilter {
  readonly organisation?: string | undefined;
  readonly state?: AgentState | undefined;
}

const ORDER = AGENT_STATES.map((state, place) => `when '${state}' then ${place}`).join(" ");

/** Worst first, then by organisation and name. */
export async function listAgents(
  em: EntityManager,
  { organisation = null, state = null }: { readonly [K in keyof AgentFilter]: AgentFilter[K] | null },
  page: number,
  perPage: number,
): Promise<{ readonly views: AgentView[]; readonly total: number }> {
  const rows = await em.execute<{ id: string; state: AgentState; organisation: string; total: number }[]>(
    `select id, state, organisation, count(*) over ()::int as total from (
       select a.id, a.name, a.agent_id, o.name as organisation, ${STATE_OF_AGENT} as state
         from agent a join organisation o on o.id = a.organisation_id
        where ?::uuid is null or a.organisation_id = ?::uuid) found
      where ?::text is null or state = ?::text
      order by case state ${ORDER} end, organisation, nullif(name, '') nulls last, agent_id limit ? offset ?`,
    [organisation, organisation, state, state, perPage, (page - 1) * perPage],
  );
  const agents = await em.find(Agent, { id: { $in: rows.map(({ id }) => id) } });
  const views = rows.flatMap(({ id, state: found, organisation: name }) => {
    const agent = agents.find((one) => one.id === id);
    return agent ? [{ agent, organisation: { id: agent.organisation.id, name }, state: found }] : [];
  });
  return { views, total: rows[0]?.total ?? 0 };
}
