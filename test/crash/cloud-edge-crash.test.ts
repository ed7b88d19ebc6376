// The edge is killed while it orders, sends, waits and fetches: one order, no part twice that had arrived, one result.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CallName } from "../../plugins/cloud-upload/testing/hostile-answers.ts";
import { HostileCloud } from "../../plugins/cloud-upload/testing/hostile-cloud.ts";
import { EdgeSite } from "../support/edge-site.ts";
import { studyWhere } from "../support/study-watch.ts";

const PATIENTLY = { timeout: 100_000 };
let cloud: HostileCloud;
let edge: EdgeSite;
beforeAll(async () => {
  cloud = await HostileCloud.start();
  cloud.looks = 1;
  edge = await EdgeSite.start({ cloudUrl: cloud.url, cloud: { parallelParts: 1 } }, true);
}, 100_000);
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** Each of these calls is answered, and then the hub that asked is killed before it can do anything about it. */
const DEADLY: readonly CallName[] = ["new-order", "put", "complete", "results"];

test("kill -9 after calls that the cloud has done", { timeout: 400_000 }, async () => {
  const deaths: CallName[] = [];
  for (const name of DEADLY) {
    // the answer never comes, so that whatever the hub does next it does without it
    cloud.breaks(name, ...(name === "put" ? [{}, {}] : []), {
      silent: () => {
        deaths.push(name);
      },
    });
  }
  const { id } = await edge.send(1);
  for (const [index, name] of DEADLY.entries()) {
    await vi.waitFor(() => expect(deaths).toContain(name), PATIENTLY);
    expect(deaths).toHaveLength(index + 1);
    await edge.die();
  }
  const isOver = ({ status }: { status: string }) => status === "delivered" || status === "failed";
  const { study, results } = await studyWhere(edge.api, id, isOver, PATIENTLY.timeout);
  expect(study.status).toBe("delivered");
  expect(results).toHaveLength(1);
  expect(cloud.orders.size).toBe(1);
  const numbers = cloud.calls("put").map(({ path }) => Number(path.split("/").at(-1)));
  expect(numbers.toSorted((a, b) => a - b)).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(new Set(edge.pacs.received.map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(1);
});
