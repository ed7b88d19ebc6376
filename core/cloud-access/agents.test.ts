// Signs of life of edge hubs: kept as they came, and what they say about how the hub is.
import { randomUUID } from "node:crypto";
import type { Heartbeat } from "@thalamus/sdk/cloud";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ACTOR, AccessInTest } from "../../test/support/access-in-test.ts";
import { Agent } from "../database/entities/agent.ts";

let site: AccessInTest;
beforeAll(async () => {
  site = await AccessInTest.open();
});
beforeEach(() => site.orm.em.fork().nativeDelete(Agent, {}));
afterAll(() => site.close());

const beat = (more: Partial<Heartbeat> = {}): Heartbeat => ({
  agent_id: randomUUID(),
  sent_at: "2026-11-29T10:00:00Z",
  interval_seconds: 60,
  runtime: { type: "native", version: "0.1.0", started_at: "2026-11-28T10:00:00Z" },
  ...more,
});
const health = (healthy: boolean) => ({ healthy, database: true, services: [] });
const agents = () => site.orm.em.fork().find(Agent, {});

test("A-055 A-056 A-057 A-151 X-065 a heartbeat is kept as it came, the last one of each hub of each organisation", async () => {
  const caller = await site.caller();
  const other = await site.caller();
  const first = beat();
  await site.access.heartbeat(caller, first);
  const again = beat({ agent_id: first.agent_id, runtime: { ...first.runtime, version: "0.2.0" } });
  await site.access.heartbeat(caller, again);
  await site.access.heartbeat(other, first);
  const rows = await agents();
  expect(rows).toHaveLength(2);
  const own = rows.find(({ organisation }) => organisation.id === caller.organisationId)!;
  expect(own.heartbeat).toEqual(again);
  expect(own.agentId).toBe(first.agent_id);
  expect(own.silentAt.getTime() - own.receivedAt.getTime()).toBe(180_000);
  expect(
    (await site.events(caller.organisationId)).filter((event) => event === "agent.appeared"),
  ).toHaveLength(1);
});

test("A-069 what is not in the schema of heartbeats is not taken", async () => {
  const caller = await site.caller();
  const tooMuch = { ...beat(), patient: "DOE^JANE" };
  await expect(site.access.heartbeat(caller, tooMuch)).rejects.toThrow("does not fit its schema");
  await expect(site.access.heartbeat(caller, { ...beat(), agent_id: "7" })).rejects.toThrow(TypeError);
  await expect(site.access.heartbeat(caller, undefined)).rejects.toThrow(TypeError);
  expect(await agents()).toEqual([]);
});

test("A-066 A-150 monitoring counts hubs that are well, unwell, do not say so, or have been silent for three intervals", async () => {
  const caller = await site.caller();
  await site.access.heartbeat(caller, beat({ health: health(true) }));
  await site.access.heartbeat(caller, beat({ health: health(false) }));
  await site.access.heartbeat(caller, beat());
  const silent = beat({ health: health(true), interval_seconds: 10 });
  await site.access.heartbeat(caller, silent);
  await site.orm.em
    .fork()
    .execute("update agent set silent_at = now() where agent_id = ?", [silent.agent_id]);
  expect(await site.book.agents.counts()).toEqual({ healthy: 1, unhealthy: 1, unshared: 1, silent: 1 });
  const text = await site.metrics.text();
  for (const state of ["healthy", "unhealthy", "unshared", "silent"])
    expect(text).toContain(`thalamus_cloud_agents{state="${state}"} 1`);
  // it speaks again
  await site.access.heartbeat(caller, silent);
  expect((await site.book.agents.counts()).silent).toBe(0);
});

test("an agent that announces hardly any heartbeats is silent after three days", async () => {
  const caller = await site.caller();
  await site.access.heartbeat(caller, beat({ interval_seconds: 1e15 }));
  const [row] = await agents();
  expect(row!.silentAt.getTime() - row!.receivedAt.getTime()).toBe(3 * 86_400_000);
});

test("of one organisation a thousand agents are kept, those that were heard last", async () => {
  const { organisationId } = await site.caller();
  const caller = await site.caller();
  await site.orm.em.fork().execute(
    `insert into agent (id, organisation_id, agent_id, heartbeat, received_at, silent_at)
     select gen_random_uuid(), ?, gen_random_uuid(), '{}', now() - n * interval '1 minute', now()
       from generate_series(1, 1000) n`,
    [organisationId],
  );
  await site.access.heartbeat(caller, beat());
  const fresh = beat();
  await site.access.heartbeat({ ...caller, organisationId }, fresh);
  const kept = await site.orm.em
    .fork()
    .find(Agent, { organisation: organisationId }, { orderBy: { receivedAt: "desc" } });
  expect(kept).toHaveLength(1000);
  expect(kept[0]!.agentId).toBe(fresh.agent_id);
  expect(await agents()).toHaveLength(1001);
});

test("a person can name an agent, and forget it until it comes back", async () => {
  const caller = await site.caller();
  const heard = beat();
  await site.access.heartbeat(caller, heard);
  const [{ id } = { id: "" }] = await agents();
  expect(await site.book.agents.rename(id, "Basement", ACTOR)).toBe(true);
  await site.access.heartbeat(caller, heard);
  expect((await agents())[0]!.name).toBe("Basement");
  expect(await site.book.agents.forget(id, ACTOR)).toBe(true);
  expect(await agents()).toEqual([]);
  expect(await site.book.agents.forget(id, ACTOR)).toBe(false);
  expect(await site.book.agents.rename(id, "x", ACTOR)).toBe(false);
  await site.access.heartbeat(caller, heard);
  expect(await agents()).toHaveLength(1);
});
