// Orders that bring the same study at the same time: of other organisations, of the same one, and beside a PACS.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeskOrder } from "@thalamus/sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { type DeskSite, deskConfig, openDeskSite, studyZip } from "../support/desk-site.ts";
import { studyWhere } from "../support/study-watch.ts";
import { uploaded } from "../support/upload-client.ts";

let site: DeskSite;
beforeAll(async () => {
  site = await openDeskSite({ intake: { stableAfterSeconds: 0.5 }, uploads: { atOnce: 4 } });
});
afterAll(() => site.stop());

const instancesOf = (owner: string) =>
  site.query<{ sop_instance_uid: string; path: string }>(
    `select sop_instance_uid, path from instance i join study s on s.id = i.study_id
      where s.owner = $1 order by sop_instance_uid`,
    owner,
  );

/** Its data was taken in. */
const isIn = ({ info, status }: DeskOrder) => status === "DX_STARTED" && info !== "Taking the data in";

describe("one study, sent at the same time", () => {
  test("by two organisations and to the hub itself: each has all of it, and what one deletes the others keep", async () => {
    const archive = await studyZip("shared", 12);
    const api = await ApiClient.signedIn(site.hub.http.port);
    const desks = [site.client(), site.client()];
    const orders = await Promise.all(desks.map((desk) => desk.place()));
    const [, , own] = await Promise.all([
      desks[0]!.deliver(orders[0]!.id, archive),
      desks[1]!.deliver(orders[1]!.id, archive),
      uploaded(api, archive),
    ]);
    expect(own).toMatchObject({ state: "done", counts: { stored: 12, duplicate: 0 } });
    const ends = await Promise.all(desks.map((desk, n) => desk.delivered(orders[n]!.id)));
    for (const { results } of ends) expect(results).toMatchObject([{ indexes: [{ value: 12 }] }]);
    const owners = [orders[0]!.id, orders[1]!.id, ""];
    const all = await Promise.all(owners.map(instancesOf));
    const uids = all.map((rows) => rows.map(({ sop_instance_uid: uid }) => uid));
    expect(uids[0]).toHaveLength(12);
    expect(uids[1]).toEqual(uids[0]);
    expect(uids[2]).toEqual(uids[0]);
    expect(new Set(all.flat().map(({ path }) => path)).size).toBe(36);

    const [first] = await site.query<{ id: string }>("select id from study where owner = $1", orders[0]!.id);
    const [mine = ""] = own.studyIds;
    await studyWhere(api, mine, ({ status }) => status === "processed");
    for (const id of [first!.id, mine])
      expect((await api.call("DELETE", `/api/studies/${id}`)).status).toBe(204);
    // its client hears that it is gone; the other one's is whole
    const gone = desks[0]!.find(orders[0]!.id);
    await expect(gone).rejects.toThrow("desk.expired");
    const which = { orderId: orders[1]!.id };
    const report = await desks[1]!.file("open", which, { name: "report", kind: "diagnostic" });
    expect(report.content.length).toBeGreaterThan(0);
    expect(await instancesOf(orders[1]!.id)).toHaveLength(12);
  });
});

test("studies of orders join no group of the site, and the site's join no batch", async () => {
  const api = await ApiClient.signedIn(site.hub.http.port);
  const desk = site.client();
  const batch = await desk.ask("newBatch", { batch_name: "Theirs", products: ["quick-report"] });
  const { id } = await desk.place({ batchId: batch.id });
  await desk.deliver(id, await studyZip("in a batch"));
  await desk.delivered(id);
  const [theirs] = await site.query<{ id: string; group_id: string }>(
    "select id, group_id from study where owner = $1",
    id,
  );
  expect(theirs!.group_id).toBe(batch.id);
  const { studyIds } = await uploaded(api, await studyZip("of the site"));
  const form = { name: "Ours", products: ["quick-report"] };
  const { body: ours } = await api.call<{ id: string }>("POST", "/api/groups", form);
  const join = (group: string, study: string) =>
    api.call<{ code: string }>("POST", `/api/groups/${group}/studies`, { studyIds: [study] });
  for (const [group, study] of [
    [ours.id, theirs!.id],
    [batch.id, studyIds[0]!],
  ] as const) {
    const { status, body } = await join(group, study);
    expect({ status, code: body.code }).toEqual({ status: 409, code: "group.of-cloud" });
  }
  const table = (await desk.file("batchReport", batch.id)).content.toString().split(/\r?\n/);
  expect(table.slice(0, 2)).toEqual([
    "order_id,study_name,product,product_version,status,failure_code,images",
    `${id},,quick-report,1.0.0,DELIVERED,,3`,
  ]);
});

describe("the 5-minute rule", () => {
  let gated: DeskSite;
  let gate: string;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "thalamus-gate-"));
    gate = join(folder, "gate");
    gated = await openDeskSite(deskConfig({ gate }));
  });
  afterAll(async () => {
    await gated.stop();
    rmSync(folder, { recursive: true });
  });

  test("a second order of the organisation overwrites the first one: its work is stopped, and the newest counts", async () => {
    const desk = gated.client();
    const archive = await studyZip("twice");
    const first = await desk.place();
    await desk.deliver(first.id, archive);
    await desk.until(first.id, isIn);
    const stranger = gated.client();
    const foreign = await stranger.place();
    await stranger.deliver(foreign.id, archive);
    const second = await desk.place();
    await desk.deliver(second.id, archive);
    const over = await desk.until(first.id, ({ status }) => status === "CANCELLED");
    expect(over.info).toContain("Overwritten");
    const steps = () =>
      gated.query<{ state: string }>(
        "select state from step join study s on s.id = step.study_id where s.owner = $1 and phase = 'process'",
        first.id,
      );
    await desk.until(second.id, isIn);
    const stopped = async () => expect(await steps()).toEqual([{ state: "cancelled" }]);
    await vi.waitFor(stopped, { timeout: 20_000, interval: 50 });
    expect((await desk.ask("find", { studyUid: second.studyUid ?? over.studyUid! })).id).toBe(second.id);
    expect((await stranger.find(foreign.id)).status).toBe("DX_STARTED");
    // more than five minutes apart: both live
    await gated.query(
      "update cloud_order set files_at = files_at - interval '301 seconds' where id = $1",
      second.id,
    );
    const third = await desk.place();
    await desk.deliver(third.id, archive);
    await desk.until(third.id, isIn);
    writeFileSync(gate, "");
    for (const { id } of [second, third]) await desk.delivered(id);
    await stranger.delivered(foreign.id);
    expect((await desk.find(first.id)).status).toBe("CANCELLED");
  });

  test("a client that cancels stops what runs for it, for good", async () => {
    const desk = gated.client();
    rmSync(gate, { force: true });
    const { id } = await desk.place();
    await desk.deliver(id, await studyZip("cancelled"));
    await desk.until(id, ({ info }) => info === "waiting" || info === "Processing");
    expect(await desk.ask("cancel", { orderId: id })).toMatchObject({ status: "CANCELLED" });
    const [step] = await gated.query(
      "select state from step join study s on s.id = step.study_id where s.owner = $1 and phase = 'process'",
      id,
    );
    expect(step).toEqual({ state: "cancelled" });
    writeFileSync(gate, "");
    expect(await desk.find(id)).toMatchObject({ status: "CANCELLED", results: [] });
  });

  test("the older order gives way even when it is taken in last", async () => {
    writeFileSync(gate, "");
    const desk = gated.client();
    const first = await desk.place();
    const second = await desk.place();
    await desk.deliver(second.id, await studyZip("late taker"));
    await desk.delivered(second.id);
    // as if its data had been complete before that of the second one
    await gated.query(
      "update cloud_order set files_at = files_at + interval '60 seconds' where id = $1",
      second.id,
    );
    await desk.deliver(first.id, await studyZip("late taker"));
    expect(await desk.until(first.id, ({ status }) => status === "CANCELLED")).toMatchObject({ results: [] });
    expect((await desk.find(second.id)).status).toBe("DELIVERED");
  });
});
