// Edge hubs that give signs of life: taken in, named by people, counted by how they are.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Heartbeat } from "@thalamus/sdk/cloud";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { Agent } from "../database/entities/agent.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { changing } from "./access-refusal.ts";
import { AGENT_STATES, type AgentState, STATE_OF_AGENT } from "./agent-state.ts";

const INTERVALS_TO_SILENCE = 3;
/** An agent that announces a longer interval is silent after three of these. */
const LONGEST_INTERVAL_S = 86_400;
/** Of one organisation; those that have been away longest give way. */
const MOST_AGENTS = 1000;

const ajv = new Ajv2020({ strict: true });
(addFormatsModule as unknown as typeof addFormatsModule.default)(ajv);
const isHeartbeat = ajv.compile<Heartbeat>(Heartbeat);

export class Agents {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  /** @throws TypeError when it does not fit its schema */
  async heard(organisation: string, heartbeat: unknown): Promise<void> {
    if (!isHeartbeat(heartbeat)) throw new TypeError("the heartbeat does not fit its schema");
    const seconds = INTERVALS_TO_SILENCE * Math.min(heartbeat.interval_seconds, LONGEST_INTERVAL_S);
    await this.#orm.em.fork().transactional(async (em) => {
      const [row] = await em.execute<{ id: string; is_new: boolean }[]>(
        `insert into agent (id, organisation_id, agent_id, heartbeat, received_at, silent_at)
         values (?, ?, ?, ?::jsonb, now(), now() + ? * interval '1 second')
         on conflict (organisation_id, agent_id) do update set heartbeat = excluded.heartbeat,
           received_at = excluded.received_at, silent_at = excluded.silent_at
         returning id, xmax = 0 as is_new`,
        [randomUUID(), organisation, heartbeat.agent_id, JSON.stringify(heartbeat), seconds],
      );
      const { id, is_new: isNew } = row!;
      if (isNew) {
        await journal(em, { event: "agent.appeared", detail: { organisation, agent: id } });
        await em.execute(
          `delete from agent where id in
             (select id from agent where organisation_id = ? order by received_at desc offset ?)`,
          [organisation, MOST_AGENTS],
        );
      }
      await announce(em, { resource: "agent", id, kind: isNew ? "created" : "updated" });
    });
  }

  /** @returns false when it is not there */
  rename(id: string, name: string, actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      if ((await em.nativeUpdate(Agent, { id }, { name })) === 0) return false;
      await journal(em, { event: "agent.renamed", actor, detail: { agent: id } });
      await announce(em, { resource: "agent", id, kind: "updated" });
      return true;
    });
  }

  /** It comes back with its next heartbeat. @returns false when it is not there */
  forget(id: string, actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      if ((await em.nativeDelete(Agent, { id })) === 0) return false;
      await journal(em, { event: "agent.forgotten", actor, detail: { agent: id } });
      await announce(em, { resource: "agent", id, kind: "deleted" });
      return true;
    });
  }

  /** How many are how. */
  async counts(): Promise<Readonly<Record<AgentState, number>>> {
    const rows = await this.#orm.em
      .fork()
      .execute<{ state: AgentState; n: number }[]>(
        `select ${STATE_OF_AGENT} as state, count(*)::int as n from agent a group by 1`,
      );
    const found = new Map(rows.map(({ state, n }) => [state, n]));
    return Object.fromEntries(AGENT_STATES.map((state) => [state, found.get(state) ?? 0])) as Record<
      AgentState,
      number
    >;
  }
}
