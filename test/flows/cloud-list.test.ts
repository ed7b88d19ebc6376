// The list of cloud orders: whose it shows, and that a reader who goes on from the last change misses none.
import type { DeskOrder } from "@thalamus/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callerOf, type DeskClient } from "../support/desk-client.ts";
import { type DeskSite, openDeskSite } from "../support/desk-site.ts";

let site: DeskSite;
beforeAll(async () => {
  site = await openDeskSite();
});
afterAll(() => site.stop());

const list = (desk: DeskClient, query: object = {}) =>
  desk.ask("list", { scope: "organisation", limit: 100, ...query } as never);
const ids = ({ orders }: { orders: readonly DeskOrder[] }) => orders.map(({ id }) => id);

test("a member sees its own, an admin those of the organisation, and nobody those of another one", async () => {
  const organisation = callerOf().organisationId;
  const [one, two] = [callerOf(organisation), callerOf(organisation)].map((caller) => site.client(caller));
  const admin = site.client(callerOf(organisation, { isAdmin: true }));
  const first = await one!.place();
  const second = await two!.place({ studyName: "Of two" });
  expect(ids(await list(one!))).toEqual([first.id]);
  expect(ids(await list(admin))).toEqual([first.id, second.id]);
  expect(ids(await list(admin, { scope: "own" }))).toEqual([]);
  expect(ids(await list(site.client()))).toEqual([]);
  await two!.ask("cancel", { orderId: second.id });
  expect(ids(await list(admin, { status: "CANCELLED" }))).toEqual([second.id]);
});

test("pages go on from a cursor, oldest change first, and what changes comes again", async () => {
  const desk = site.client();
  const placed: string[] = [];
  for (let n = 0; n < 5; n += 1) placed.push((await desk.place()).id);
  const first = await list(desk, { limit: 2 });
  const second = await list(desk, { limit: 2, cursor: first.cursor });
  await desk.ask("addMetadata", { orderId: placed[0]! }, { patient_age: "050Y" });
  const third = await list(desk, { limit: 2, cursor: second.cursor });
  expect([first, second, third].map(ids)).toEqual([
    placed.slice(0, 2),
    placed.slice(2, 4),
    [placed[4], placed[0]],
  ]);
  expect(third.cursor).toBeUndefined();
  const last = third.orders.at(-1)!;
  expect(ids(await list(desk, { updatedSince: new Date(last.updatedAt) }))).toContain(last.id);
  expect(ids(await list(desk, { cursor: "bm9uc2Vuc2U" }))).toHaveLength(5);
});

test("a change that is committed late is seen by a reader who goes on from later ones", async () => {
  const desk = site.client();
  const [early, late] = [await desk.place(), await desk.place()];
  // a transaction that has changed an order, and is not through with it
  const holding = site.query(
    `with changed as (update cloud_order set listed = false, updated_at = clock_timestamp(), message = 'late'
       where id = $1 returning 1) select pg_sleep(1.5) from changed`,
    early.id,
  );
  await desk.ask("addMetadata", { orderId: late.id }, { patient_age: "050Y" });
  const seen = await list(desk);
  await holding;
  const since = new Date(seen.orders.at(-1)!.updatedAt);
  const next = await list(desk, { updatedSince: since });
  expect([...ids(seen), ...ids(next)]).toEqual(expect.arrayContaining([early.id, late.id]));
  const told = [...seen.orders, ...next.orders].filter(({ id }) => id === early.id);
  expect(told.some(({ info }) => info === "late")).toBe(true);
});

test("many writers and a reader by the last change it saw: every order is seen as it is at the end", async () => {
  const desk = site.client();
  const orders = await Promise.all(Array.from({ length: 20 }, () => desk.place()));
  const seen = new Map<string, string>();
  let since: Date | undefined;
  let writing = true;
  const read = async () => {
    const { orders: page } = await list(desk, { limit: 500, ...(since ? { updatedSince: since } : {}) });
    for (const { id, status, updatedAt } of page) {
      seen.set(id, status);
      since = new Date(updatedAt);
    }
  };
  const reader = (async () => {
    while (writing) await read();
  })();
  await Promise.all(
    orders.map(async ({ id }) => {
      await desk.ask("addMetadata", { orderId: id }, { patient_age: "050Y" });
      await desk.ask("cancel", { orderId: id });
    }),
  );
  writing = false;
  await reader;
  await read();
  expect([...seen.values()]).toEqual(Array(20).fill("CANCELLED"));
});

test("a batch holds orders with just its products, and its report has a line for each", async () => {
  const desk = site.client();
  const batch = await desk.ask("newBatch", { batch_name: "Trial 7", products: ["quick-report"] });
  const inside = await desk.place({ batchId: batch.id, studyName: "Inside" });
  const joined = await desk.place();
  await desk.ask("joinBatch", joined.id, batch.id);
  expect((await desk.find(joined.id)).batch).toEqual({ id: batch.id, name: "Trial 7" });
  const report = (await desk.file("batchReport", "Trial 7")).content.toString().trim().split(/\r?\n/);
  expect(report[0]).toBe("order_id,study_name,product,product_version,status,failure_code");
  expect(report.slice(1)).toEqual([
    `${inside.id},Inside,quick-report,,PENDING,`,
    `${joined.id},,quick-report,,PENDING,`,
  ]);
  // another organisation may have a batch of this name, and does not see this one
  const stranger = site.client();
  await stranger.ask("newBatch", { batch_name: "Trial 7", products: ["quick-report"] });
  const theirs = (await stranger.file("batchReport", "Trial 7")).content.toString();
  expect(theirs).not.toContain(inside.id);
  await expect(stranger.ask("joinBatch", (await stranger.place()).id, batch.id)).rejects.toThrow(
    "desk.unknown-batch",
  );
  const waiting = await desk.ask("place", { generation: 1, products: [] });
  await expect(desk.ask("joinBatch", waiting.id, batch.id)).rejects.toThrow("desk.product-mismatch");
  await expect(desk.ask("newBatch", { batch_name: "Trial 7", products: ["quick-report"] })).rejects.toThrow(
    "desk.study-name-taken",
  );
});
