// Hundreds of deliveries wait for one dead and four living destinations: the four end as if the fifth were not there.
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { connect } from "../../core/database/database.ts";
import type { Hub } from "../../core/hub.ts";
import { WebReceiver } from "../../sdk/testing/web-receiver.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { queueDeliveries } from "../support/queued-deliveries.ts";

const LIVING = ["one", "two", "three", "four"] as const;
const RESULTS = 100;
/** Steps that one lane has in hand at once, and how many it may have claimed besides. */
const IN_HAND = 4;
/** Each statement costs the hub and its database about a tenth of a millisecond; there were 28. */
const MOST_STATEMENTS = 10;

let site: TestSite;
let hub: Hub | undefined;
let receivers: WebReceiver[];
let dead: WebReceiver;
afterEach(async () => {
  await hub?.stop();
  await Promise.all([...receivers, dead].map((receiver) => receiver[Symbol.asyncDispose]()));
  site.remove();
});

/** Takes every request and never answers: the worst kind of dead, since it holds whoever waits. */
const silent = () => WebReceiver.start(() => {});

const entry = (name: string, { url }: WebReceiver) => {
  const settings = { url: `${url}/in`, privateNetworks: ["127.0.0.0/8"], answerSeconds: 3600 };
  return { use: "deliver-rest", name, settings };
};

async function start(results: number): Promise<void> {
  receivers = await Promise.all(LIVING.map(() => WebReceiver.start()));
  dead = await silent();
  const targets = [...LIVING, "dead"];
  site = await newSite({
    plugins: [...LIVING.map((name, at) => entry(name, receivers[at]!)), entry("dead", dead)],
    route: { deliver: targets },
  });
  const orm = await connect(site.databaseUrl);
  const resultsTree = join(site.folder, "data/files/results");
  await queueDeliveries(orm, { resultsTree, results, targets });
  await orm.close();
  hub = await hubInProcess(site);
}

const arrived = () => receivers.map(({ requests }) => requests.length);

test("A-186 500 deliveries to one dead and four living destinations: the four get all of theirs, each once", async () => {
  const statements = vi.spyOn(pg.Client.prototype, "query");
  await start(RESULTS);
  await vi.waitFor(() => expect(arrived()).toEqual(LIVING.map(() => RESULTS)), {
    timeout: 45_000,
    interval: 50,
  });
  for (const { requests } of receivers)
    expect(new Set(requests.map(({ headers }) => headers["idempotency-key"]))).toHaveLength(RESULTS);
  expect(dead.requests.length, "as many as one lane has in hand").toBeLessThanOrEqual(IN_HAND);
  const each = statements.mock.calls.length / (RESULTS * LIVING.length);
  statements.mockRestore();
  expect(each, "statements for each delivery").toBeLessThan(MOST_STATEMENTS);
});

test("A-187 a lane that is suspended gives back what it has claimed and not begun, without that being a try", async () => {
  await start(20);
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const states = async () => {
    const { rows } = await client.query(
      "select state, attempt, count(*)::int as n from step where target = 'dead' group by 1, 2 order by 1",
    );
    return rows;
  };
  await vi.waitFor(() => expect(dead.requests).toHaveLength(IN_HAND), { timeout: 20_000, interval: 50 });
  const api = await ApiClient.signedIn(hub!.http.port);
  const stop = { suspended: true, reason: "it is dead" };
  expect((await api.call("PUT", "/api/destinations/dead/lane", stop)).status).toBe(204);
  const kept = [
    { state: "acting", attempt: 1, n: IN_HAND },
    { state: "ready", attempt: 0, n: 20 - IN_HAND },
  ];
  await vi.waitFor(async () => expect(await states()).toEqual(kept), { timeout: 10_000, interval: 50 });
  await client.end();
});
