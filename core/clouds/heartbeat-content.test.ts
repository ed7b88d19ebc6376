// What a heartbeat says: exactly what is switched on, in the shape that clouds take.
import type { MikroORM } from "@mikro-orm/postgresql";
import { Heartbeat } from "@thalamus/sdk/cloud";
import { Check } from "typebox/value";
import { describe, expect, test } from "vitest";
import { heartbeatContent, runtimeType } from "./heartbeat-content.ts";
import { MachineSight, parseDisks } from "./machine-sight.ts";

const counts = { processed: 5, failed: 1, in_progress: 2, waiting: 0 };
const orm = { em: { fork: () => ({ execute: async () => [counts] }) } } as unknown as MikroORM;
const AGENT = "0e1c1a4e-8a2b-4f0e-9c57-3a5d7f6b1c22";
const OFF = { everyMinutes: 5, machine: false, orders: false, health: false };

const running = (name: string, plugin: string, state: "running" | "failed" = "running") => {
  return { name, plugin, state, kind: "deliver", version: "0.1.0" };
};
const parts = {
  ...{ orm, version: "0.1.0", startedAt: new Date(Date.now() - 90_000) },
  plugins: () => [running("pacs-of-st-mary", "deliver-sr"), running("archive", "deliver-sr", "failed")],
  machine: new MachineSight(import.meta.dirname),
};
const content = (plan: object) => heartbeatContent(parts, AGENT, { ...OFF, ...plan });

describe("a heartbeat", () => {
  test.each([
    [[], {}],
    [["machine"], { machine: true }],
    [["orders"], { orders: true }],
    [["health"], { health: true }],
    [["health", "machine", "orders"], { machine: true, orders: true, health: true }],
  ])("A-148 A-149 A-150 says %j, and who it is, when that is switched on", async (wanted, plan) => {
    const said = await content(plan);
    expect(Check(Heartbeat, said)).toBe(true);
    const always = ["agent_id", "interval_seconds", "runtime", "sent_at"];
    expect(Object.keys(said).toSorted()).toEqual([...always, ...wanted].toSorted());
  });

  test("A-066 names services by what they are, and not as the site calls them", async () => {
    const { health } = await content({ health: true });
    expect(health).toEqual({
      ...{ healthy: false, database: true },
      services: [{ name: "deliver-sr", ok: false, uptime_seconds: 0 }],
    });
    expect(JSON.stringify(await content({ machine: true, orders: true, health: true }))).not.toContain(
      "mary",
    );
  });

  test("A-058 A-063 tells of the machine what it knows, and speeds from the second look on", async () => {
    const { machine } = await content({ machine: true });
    expect(machine!.cpu_cores).toBeGreaterThan(0);
    expect(machine!.memory_available_bytes).toBeLessThanOrEqual(machine!.memory_bytes);
    expect(machine!.disk_free_bytes).toBeLessThanOrEqual(machine!.disk_bytes);
  });
});

test("A-056 what it runs on is found out by what is there", () => {
  expect(runtimeType({ KUBERNETES_SERVICE_HOST: "10.0.0.1" })).toBe("kubernetes");
  expect(["native", "docker"]).toContain(runtimeType({}));
});

test("partitions are counted with their disk, once", () => {
  const text = `
   8       0 sda 100 0 2000 0 50 0 1000 0 0 0 0
   8       1 sda1 90 0 1900 0 40 0 900 0 0 0 0
 259       0 nvme0n1 10 0 10 0 10 0 20 0 0 0 0
 259       1 nvme0n1p1 10 0 10 0 10 0 20 0 0 0 0
   7       0 loop0 1 0 4 0 0 0 0 0 0 0 0`;
  expect(parseDisks(text)).toEqual({ read: 2010 * 512, written: 1020 * 512 });
  expect(parseDisks("")).toEqual({ read: 0, written: 0 });
});
