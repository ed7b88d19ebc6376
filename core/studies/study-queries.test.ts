// One study with its whole story, read while somebody changes it.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plantStudies } from "../../test/bench/list/plant-studies.ts";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { Order } from "../database/entities/order.ts";
import { Study } from "../database/entities/study.ts";
import { findStudy } from "./study-queries.ts";

const CHANGES = 100;
let orm: MikroORM;
let id: string;

beforeAll(async () => {
  const url = await freshDatabase();
  await plantStudies(url, 50);
  orm = await connect(url);
  const sql = "select o.study_id as id from result r join product_order o on o.id = r.order_id limit 1";
  const em = orm.em.fork();
  [{ id }] = await em.execute<[{ id: string }]>(sql);
  // one order has a result and one has none, as when the one is through and the other is not
  em.create(Order, { id: randomUUID(), study: id, revision: 1, product: "lesion-load", status: "queued" });
  await em.flush();
});
afterAll(() => orm.close());

const change = (to: "failed" | "processing") =>
  orm.em.fork().transactional(async (em) => {
    const study = await em.findOneOrFail(Study, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
    study.status = to;
    for (const order of await em.find(Order, { study: id })) order.status = to;
  });

test("a study and its orders are of one moment", async () => {
  await change("processing");
  let isOver = false;
  const seen: string[] = [];
  const look = async () => {
    while (!isOver) {
      const sight = await findStudy(orm.em.fork(), id);
      seen.push([sight!.study.status, ...new Set(sight!.orders.map(({ status }) => status))].join(" "));
    }
  };
  const lookers = [look(), look(), look()];
  for (let n = 0; n < CHANGES; n += 1) await change(n % 2 === 0 ? "failed" : "processing");
  isOver = true;
  await Promise.all(lookers);
  expect(new Set(seen)).toEqual(new Set(["failed failed", "processing processing"]));
});
