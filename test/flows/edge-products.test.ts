// A study that is run through two products of one cloud: two orders, and neither takes the other's place.
import { afterAll, beforeAll, expect, test } from "vitest";
import { CloudApiSite } from "../support/cloud-api-site.ts";
import { EdgeSite } from "../support/edge-site.ts";
import { studyWhere } from "../support/study-watch.ts";

let cloud: CloudApiSite;
let edge: EdgeSite;
beforeAll(async () => {
  cloud = await CloudApiSite.open();
  const { id, secret } = await cloud.key();
  edge = await EdgeSite.start({
    cloudUrl: cloud.url,
    products: ["quick-report", "dti-metrics"],
    cloud: { clientId: id, clientSecret: secret },
  });
}, 150_000);
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

test("both come back", { timeout: 200_000 }, async () => {
  const { id } = await edge.send(1);
  // the bundled product cannot measure so small a head, and says so in a report
  const { orders, results } = await studyWhere(edge.api, id, ({ status }) => status === "failed", 150_000);
  expect(orders).toHaveLength(2);
  for (const { status } of orders) expect(["processed", "delivered", "failed"]).toContain(status);
  const kinds = Object.fromEntries(results.map(({ product, kind }) => [product, kind]));
  expect(kinds).toEqual({ "quick-report": "diagnostic", "dti-metrics": "failure" });
});
