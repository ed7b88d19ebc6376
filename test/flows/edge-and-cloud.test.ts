// Edge hub → cloud hub → product → report → edge → PACS, with a line that breaks at every call, and a cloud that is killed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CloudProcess } from "../support/cloud-process.ts";
import { CutProxy, type Damage, eachCallOnce } from "../support/cut-proxy.ts";
import { EdgeSite } from "../support/edge-site.ts";
import { studyWhere } from "../support/study-watch.ts";

/** Much longer than anything takes: other tests may keep the machine busy. */
const PATIENTLY = { timeout: 200_000 };
const LONG = { timeout: 500_000 };
let cloud: CloudProcess;
let proxy: CutProxy;
let edge: EdgeSite;
const canaries: string[] = [];

beforeAll(async () => {
  [cloud, proxy] = await Promise.all([CloudProcess.start(), CutProxy.start()]);
  proxy.upstreamPort = cloud.port;
  edge = await EdgeSite.start({
    cloudUrl: `http://127.0.0.1:${proxy.port}/cloud`,
    products: ["dti-metrics"],
    cloud: {
      ...{ clientId: cloud.key.id, clientSecret: cloud.key.secret, generation: "2" },
      products: { "dti-metrics": "dti-metrics", "quick-report": "quick-report" },
      uploadRetries: 10,
      heartbeat: { enabled: true, minutes: 5, machine: true, orders: true, health: true },
    },
  });
}, 60_000);
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** What the cloud has of an order; the edge's own name for its study is not among it. */
interface CloudLine {
  readonly order: string;
  readonly status: string;
  readonly study_uid: string;
}

const ordersInCloud = () =>
  cloud.query<CloudLine>("select id as order, status, study_uid from cloud_order order by created_at");

/** What a token that has ended looks like to the edge: the cloud does not know who asks. */
const AGAIN = ["POST /upload/multipart/initiate", "GET /status", "GET /results"];
const ways = (call: string): Damage[] => [
  ...waysOf(call),
  ...(AGAIN.includes(call) ? ["stranger" as const] : []),
];
const waysOf = (call: string): Damage[] =>
  call === "PUT /parts" ? ["inside", "after", "flipped"] : ["before", "after"];

describe("a study that is processed in a cloud", LONG, () => {
  test("comes back to its patient, ordered once, though each call broke before and after it was done, and tokens ended", async () => {
    proxy.damage = eachCallOnce(ways);
    const study = await edge.send(1, { matrix: 64, slices: 16, directions: 8 });
    canaries.push(...study.canaries);
    const { results, timeline } = await studyWhere(
      edge.api,
      study.id,
      ({ status }) => status === "delivered" || status === "failed",
      PATIENTLY.timeout,
    );
    proxy.damage = () => undefined;
    expect(results).toMatchObject([{ kind: "diagnostic", product: "dti-metrics" }]);
    const names = results[0]!.artifacts.map(({ name }) => name);
    for (const name of ["report", "preview", "data"]) expect(names).toContain(name);
    expect(edge.pacs.received).toHaveLength(1);
    const events = timeline.map(({ event }) => event);
    expect(events).not.toContain("result.refused");
    // the tries in between are no news: it acted and spoke once, and the delivery acted once
    expect(events.filter((event) => event === "step.acting")).toHaveLength(2);
    expect(events.filter((event) => event === "study.facts-told")).toHaveLength(1);

    const orders = await ordersInCloud();
    expect(orders).toHaveLength(1);
    expect(orders[0]?.status).toBe("DELIVERED");
    const uses = await cloud.query("select * from key_use");
    expect(uses).toHaveLength(1);
    const broken = new Set(proxy.cut);
    for (const call of CALLS) for (const way of ways(call)) expect(broken).toContain(`${way} ${call}`);
  });

  test("of several parts, with the cloud killed while they come and while it works", async () => {
    const before = (await ordersInCloud()).length;
    const deaths: string[] = [];
    let isDying: Promise<void> | undefined;
    const die = (when: string) => {
      if (deaths.includes(when)) return;
      deaths.push(when);
      proxy.damage = () => "before";
      isDying = cloud.die().then(() => {
        proxy.upstreamPort = cloud.port;
        proxy.damage = () => undefined;
      });
    };
    proxy.answered = (call) => {
      if (call === "PUT /parts") die("while parts come");
      if (call === "GET /status") die("while it works");
    };
    // two parts of 5 MiB and a rest
    const study = await edge.send(2, { matrix: 512, slices: 3, directions: 6 });
    canaries.push(...study.canaries);
    await vi.waitFor(() => expect(deaths).toHaveLength(2), PATIENTLY);
    await isDying;
    const through = ({ status }: { status: string }) => status === "delivered" || status === "failed";
    const { orders, results } = await studyWhere(edge.api, study.id, through, PATIENTLY.timeout);
    expect(await ordersInCloud()).toHaveLength(before + 1);
    // the product cannot measure such a head; that is a result, too, and it is this patient's
    expect(results).toHaveLength(1);
    expect(orders).toHaveLength(1);
  });

  test("that a person cancels ends in the cloud, too, and the heartbeat arrives as the page shows it", async () => {
    proxy.damage = (call) => (call === "POST /upload/multipart/complete" ? "before" : undefined);
    const before = (await ordersInCloud()).length;
    const study = await edge.send(3);
    canaries.push(...study.canaries);
    const placed = async () => expect(await ordersInCloud()).toHaveLength(before + 1);
    await vi.waitFor(placed, PATIENTLY);
    await edge.api.call("POST", `/api/studies/${study.id}/cancel`);
    const ended = async () => expect((await ordersInCloud()).at(-1)?.status).toBe("CANCELLED");
    await vi.waitFor(ended, PATIENTLY);
    proxy.damage = () => undefined;

    await edge.api.call("POST", "/api/chores/heartbeat.cloud/run");
    type Sight = { last: { ok: boolean; content: { agent_id: string } } | null };
    const shown = async () => (await edge.api.call<{ data: Sight[] }>("GET", "/api/heartbeat")).body.data[0];
    await vi.waitFor(async () => expect((await shown())?.last?.ok).toBe(true), PATIENTLY);
    const { data } = (await (await cloud.api()).call<{ data: object[] }>("GET", "/api/agents")).body;
    expect(data).toHaveLength(1);
    expect(JSON.stringify(data)).toContain((await shown())!.last!.content.agent_id);
  });

  test("tells nobody outside the house who the patient is", async () => {
    const trees = join(cloud.site.folder, "data");
    const files = readdirSync(trees, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(20);
    for (const { parentPath, name } of files) {
      const content = readFileSync(join(parentPath, name), "latin1");
      for (const canary of canaries) expect([name, content.includes(canary)]).toEqual([name, false]);
    }
  });
});

const CALLS = [
  ...["GET /auth/token", "POST /new-order", "POST /upload/multipart/initiate"],
  ...["POST /upload/multipart/presigned-urls", "PUT /parts", "POST /upload/multipart/complete"],
  ...["GET /status", "GET /results"],
];
