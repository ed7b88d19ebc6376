// Hundreds of deliveries wait for one dead and four living destinations: the four end as if the fifth were not there.
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { connect } from "../../core/database/database.ts";
import type { Hub } from "../../core/hub.ts";
import { WebReceiver } from "../../sdk/testing/web-receiver.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { queueDeliveries } from "../support/queued-deliveries.ts";

const LIVING = ["one", "two", "three", "four"] as const;
const RESULTS = 100;

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

async function start(): Promise<void> {
  receivers = await Promise.all(LIVING.map(() => WebReceiver.start()));
  dead = await silent();
  const targets = [...LIVING, "dead"];
  site = await newSite({
    plugins: [...LIVING.map((name, at) => entry(name, receivers[at]!)), entry("dead", dead)],
    route: { deliver: targets },
  });
  const orm = await connect(site.databaseUrl);
  const resultsTree = join(site.folder, "data/files/results");
  await queueDeliveries(orm, { resultsTree, results: RESULTS, targets });
  await orm.close();
  hub = await hubInProcess(site);
}

const arrived = () => receivers.map(({ requests }) => requests.length);

test("A-186 500 deliveries to one dead and four living destinations: the four get all of theirs, each once", async () => {
  await start();
  await vi.waitFor(() => expect(arrived()).toEqual(LIVING.map(() => RESULTS)), {
    timeout: 45_000,
    interval: 50,
  });
  for (const { requests } of receivers)
    expect(new Set(requests.map(({ headers }) => headers["idempotency-key"]))).toHaveLength(RESULTS);
  expect(dead.requests.length, "as many as one lane holds at once").toBeLessThanOrEqual(4);
});
