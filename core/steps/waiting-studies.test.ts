// A study that waits for an order: checked and not run, run when a product is ordered, and never run by the default list.
import { randomUUID } from "node:crypto";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { Order } from "../database/entities/order.ts";
import { Result } from "../database/entities/result.ts";
import { Step } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { openLog } from "../observe/log.ts";
import { Route, type RoutePlan } from "./route.ts";
import { StepQueue } from "./step-queue.ts";
import type { Phase, StepState } from "./step-state.ts";

const plan: RoutePlan = {
  check: ["look"],
  deidentify: [],
  process: [{ plugin: "local", product: "near", params: { sharp: true } }],
  deliver: ["pacs"],
  products: new Map([
    ["near", "local"],
    ["far", "local"],
  ]),
  formats: () => ["dicom"],
};
let orm: MikroORM;
let queue: StepQueue;
let route: Route;
beforeAll(async () => {
  const url = await freshDatabase();
  orm = await connect(url);
  const log = openLog({ level: "error", terminal: false });
  queue = await StepQueue.open(url, ["look", "local", "pacs"], log);
  route = new Route(plan, queue);
});
afterAll(async () => {
  await queue.close();
  await orm.close();
});

async function begun(columns: { owner?: string; products: string[] | null }): Promise<string> {
  const id = randomUUID();
  await orm.em.fork().transactional(async (em) => {
    em.create(Study, { id, studyInstanceUid: `1.2.${Date.now()}`, stableAt: new Date(), ...columns });
    await em.flush();
    await route.begin(em, await em.findOneOrFail(Study, id, { refresh: true }));
  });
  return id;
}

const on = (id: string, act: (em: EntityManager, study: StudyRow) => Promise<void>) =>
  orm.em.fork().transactional(async (em) => act(em, await em.findOneOrFail(Study, id)));

const ended = (id: string, phase: Phase, state: StepState) =>
  on(id, async (em, study) => {
    for (const step of await em.find(Step, { study: id, phase })) {
      step.state = state;
      if (phase !== "process") continue;
      const made = { kind: "diagnostic", productId: "near", productVersion: "1" } as const;
      em.create(Result, { id: step.id, order: step.order!.id, ...made });
    }
    await em.flush();
    await route.advance(em, study);
  });

async function seen(id: string) {
  const em = orm.em.fork();
  const study = await em.findOneOrFail(Study, id);
  const orders = await em.find(Order, { study: id }, { orderBy: { createdAt: "asc" } });
  const steps = await em.find(Step, { study: id }, { orderBy: { createdAt: "asc" } });
  return {
    status: study.status,
    study,
    orders,
    steps: steps.map(({ phase, target }) => `${phase} ${target}`),
  };
}

test("it is checked, waits, and is run through what is ordered with an order that has the cloud order's id", async () => {
  const owner = randomUUID();
  const id = await begun({ owner, products: [] });
  expect((await seen(id)).status).toBe("checking");
  await ended(id, "check", "done");
  expect(await seen(id)).toMatchObject({ status: "waiting", orders: [], steps: ["check look"] });
  await on(id, (em, study) => route.order(em, study, "far"));
  const { status, orders, steps, study } = await seen(id);
  expect({ status, steps, products: study.products }).toEqual({
    status: "queued",
    steps: ["check look", "process local"],
    products: ["far"],
  });
  expect(orders).toMatchObject([{ id: owner, product: "far", status: "queued" }]);
});

test("what is ordered before it is through its checks is run when it is, with the route's parameters", async () => {
  const id = await begun({ owner: randomUUID(), products: [] });
  await on(id, (em, study) => route.order(em, study, "near"));
  expect(await seen(id)).toMatchObject({ status: "checking", orders: [] });
  await ended(id, "check", "done");
  expect((await seen(id)).orders).toMatchObject([{ product: "near", params: { sharp: true } }]);
});

test("what is ordered after a check gave it up has an order that failed", async () => {
  const id = await begun({ owner: randomUUID(), products: [] });
  await ended(id, "check", "rejected");
  expect(await seen(id)).toMatchObject({ status: "failed", orders: [] });
  await on(id, (em, study) => route.order(em, study, "near"));
  expect(await seen(id)).toMatchObject({ status: "failed", orders: [{ product: "near", status: "failed" }] });
});

test("a product that the hub lost is not replaced by the default list for a cloud order", async () => {
  const id = await begun({ owner: randomUUID(), products: ["gone"] });
  await ended(id, "check", "done");
  expect(await seen(id)).toMatchObject({ orders: [], steps: ["check look"] });
});

test("a second product is run beside the first one, and results of a cloud order go to no destination of the site", async () => {
  const id = await begun({ owner: randomUUID(), products: ["near"] });
  await ended(id, "check", "done");
  await ended(id, "process", "done");
  expect(await seen(id)).toMatchObject({ status: "processed", steps: ["check look", "process local"] });
  await on(id, (em, study) => route.order(em, study, "far"));
  const { status, orders, steps } = await seen(id);
  expect(status).toBe("queued");
  expect(orders.map(({ product, status }) => `${product} ${status}`)).toEqual([
    "near processed",
    "far queued",
  ]);
  expect(steps).toEqual(["check look", "process local", "process local"]);
});

test("a study of the site runs the default list when nobody chose, and another product keeps that list", async () => {
  const id = await begun({ products: null });
  await ended(id, "check", "done");
  await ended(id, "process", "done");
  expect((await seen(id)).steps).toEqual(["check look", "process local", "deliver pacs"]);
  await on(id, (em, study) => route.order(em, study, "far"));
  expect((await seen(id)).study.products).toEqual(["near", "far"]);
});
