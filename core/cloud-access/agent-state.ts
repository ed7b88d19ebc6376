// How an edge hub is, as far as the cloud can tell from its last sign of life.

/** `unshared`: it lives and does not say how it is; `silent`: nothing came for three of its intervals. */
export const AGENT_STATES = ["unhealthy", "silent", "unshared", "healthy"] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** State of a row of `agent a`, as SQL. */
export const STATE_OF_AGENT = `case
  when a.silent_at <= now() then 'silent'
  when a.heartbeat->'health' is null then 'unshared'
  when (a.heartbeat->'health'->>'healthy')::boolean then 'healthy' else 'unhealthy' end`;
