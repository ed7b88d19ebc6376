// Orders that expire: by age, and because their data never came. The line stays, and nothing else does.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { derivedUid } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { callerOf, refusalOf } from "../support/desk-client.ts";
import { type DeskSite, openDeskSite, studyZip } from "../support/desk-site.ts";

let site: DeskSite;
let api: ApiClient;
beforeAll(async () => {
  site = await openDeskSite({ cloud: { abandonedHours: 2 } });
  api = await ApiClient.signedIn(site.hub.http.port);
});
afterAll(() => site.stop());

const age = (id: string) =>
  site.query("update cloud_order set expires_at = now() - interval '1 second' where id = $1", id);

async function runChore(): Promise<void> {
  expect((await api.call("POST", "/api/chores/cloud-orders/run")).status).toBeLessThan(300);
}

function files(folder: string): string[] {
  const entries = readdirSync(join(site.site.folder, "data/files", folder), {
    recursive: true,
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function emptied(id: string): Promise<void> {
  const look = async () => {
    const [row] = await site.query<{ status: string; emptied: boolean }>(
      "select status, emptied from cloud_order where id = $1",
      id,
    );
    expect(row).toEqual({ status: "EXPIRED", emptied: true });
  };
  await vi.waitFor(look, { timeout: 30_000, interval: 50 });
}

test("an order that is older than it is kept loses study, files and results, and every question hears that", async () => {
  const caller = callerOf();
  const desk = site.client(caller);
  const young = await desk.place();
  await desk.deliver(young.id, await studyZip("kept"));
  await desk.delivered(young.id);
  const kept = { received: files("received"), results: files("results") };
  const days = "update organisation set order_days = 7 where id = $1";
  await site.query(days, desk.caller.organisationId);
  const old = await desk.place({ studyName: "Of old", metadata: { patient_age: "50" } });
  expect(new Date(old.expiresAt!).getTime() - Date.now()).toBeLessThan(7.1 * 86_400_000);
  await desk.deliver(old.id, await studyZip("old"));
  await desk.delivered(old.id);
  expect(files("received").length).toBeGreaterThan(kept.received.length);
  await age(old.id);
  await runChore();
  await emptied(old.id);
  expect(files("received").sort()).toEqual(kept.received.sort());
  expect(files("results").sort()).toEqual(kept.results.sort());
  const [line] = await site.query("select * from cloud_order where id = $1", old.id);
  expect(line).toMatchObject({ study_name: null, study_uid: null, sent_uid: null, metadata: {} });
  const which = { orderId: old.id };
  const asked = [
    ...[desk.ask("find", which), desk.ask("cancel", which), desk.ask("metadata", which)],
    ...[desk.ask("quality", old.id), desk.ask("subject", which), desk.ask("beginUpload", old.id, {})],
    desk.file("open", which, { name: "report", kind: "diagnostic" }),
  ];
  expect(new Set(await Promise.all(asked.map(refusalOf)))).toEqual(new Set(["desk.expired"]));
  const { orders } = await desk.ask("list", { scope: "own", limit: 10 });
  expect(orders.map(({ id, status }) => `${id} ${status}`)).toEqual([
    `${young.id} DELIVERED`,
    `${old.id} EXPIRED`,
  ]);
  expect((await desk.ask("find", { studyUid: derivedUid("small study", "kept") })).id).toBe(young.id);
});

test("an order whose data never came expires with its parts; one whose client still speaks does not", async () => {
  const desk = site.client();
  const [silent, alive] = [await desk.place(), await desk.place()];
  const archive = await studyZip("abandoned");
  for (const { id } of [silent, alive]) await desk.send(id, archive);
  expect(files("uploads/cloud")).toHaveLength(2);
  for (const [id, hours] of [
    [silent.id, 3],
    [alive.id, 1],
  ]) {
    const sql = "update cloud_order set heard_at = now() - make_interval(hours => $2) where id = $1";
    await site.query(sql, id, hours);
  }
  await runChore();
  await emptied(silent.id);
  await vi.waitFor(() => expect(files("uploads/cloud")).toHaveLength(1), { timeout: 20_000 });
  expect((await desk.find(alive.id)).status).toBe("PENDING");
  const [journalled] = await site.query(
    "select detail->>'reason' as reason from journal where event = 'cloud-order.expired' and detail->>'order' = $1",
    silent.id,
  );
  expect(journalled).toEqual({ reason: "abandoned" });
});

test("an order that failed for its data expires with its report", async () => {
  const desk = site.client();
  const { id } = await desk.place();
  await desk.deliver(id, Buffer.from("no archive at all"));
  await desk.failed(id);
  const before = files("results").length;
  await age(id);
  await runChore();
  await emptied(id);
  expect(files("results").length).toBeLessThan(before);
});
