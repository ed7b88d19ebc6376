// Whoever uploaded a study or ordered a product may call that off, and nothing of anybody else's.
import { randomUUID } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Account } from "../database/entities/account.ts";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { Order } from "../database/entities/order.ts";
import { Study } from "../database/entities/study.ts";
import { Upload } from "../database/entities/upload.ts";
import { OrderLine } from "./testing/order-line.ts";

let line: OrderLine;
const anna = { name: "anna", accountId: randomUUID() };
const ben = { name: "ben", accountId: randomUUID() };
beforeAll(async () => {
  line = await OrderLine.open();
  await line.orm.em.fork().transactional(async (em) => {
    for (const { name, accountId } of [anna, ben]) em.create(Account, { id: accountId, name, role: "user" });
  });
});
afterAll(() => line.close());

const work = <T>(act: (em: EntityManager) => Promise<T>) => line.orm.em.fork().transactional(act);

/** A study that came by uploads of these accounts, with an order that waits. */
async function uploadedBy(...accounts: readonly string[]): Promise<string> {
  const { study: id } = await line.ordered();
  await work(async (em) => {
    await em.nativeUpdate(Study, { id }, { callingAe: "UPLOAD" });
    for (const account of accounts)
      em.create(Upload, { id: randomUUID(), account, state: "done", studyIds: [id] });
  });
  return id;
}

const orderedBy = (id: string, accountId: string) =>
  work(async (em) => line.route.order(em, await em.findOneOrFail(Study, id), "far-away", accountId));

const orders = async (id: string) =>
  (await line.orm.em.fork().find(Order, { study: id }, { orderBy: { createdAt: "asc" } })).map(
    ({ status }) => status,
  );

describe("A-298 X-035 work that somebody began", () => {
  test("by an upload is theirs to cancel, whole, and the journal names them", async () => {
    const id = await uploadedBy(anna.accountId);
    expect(await line.actions.cancelOwn(id, ben)).toBe("not-own");
    expect(await orders(id)).toEqual(["queued"]);
    expect(await line.actions.cancelOwn(id, anna)).toBe(1);
    expect(await orders(id)).toEqual(["cancelled"]);
    const told = { event: "step.cancelled", studyId: id, actor: "anna" };
    expect(await line.orm.em.fork().count(JournalEntry, told)).toBe(1);
  });

  test("by an upload is nobody's any more once somebody else sent images for it", async () => {
    const shared = await uploadedBy(anna.accountId, ben.accountId);
    expect(await line.actions.cancelOwn(shared, anna)).toBe("not-own");
    const mixed = await uploadedBy(anna.accountId);
    await line.orm.em.fork().execute(
      `insert into instance (study_id, revision, hub_id, series_instance_uid, sop_instance_uid, sop_class_uid,
         transfer_syntax_uid, modality, sha256, bytes, path, calling_ae, called_ae, remote_address)
       values (?, 1, gen_random_uuid(), '1', '1', '1', '1', 'MR', repeat('0', 64), 1, 'x', 'PACS1', 'HUB', '')`,
      [mixed],
    );
    expect(await line.actions.cancelOwn(mixed, anna)).toBe("not-own");
    expect(await orders(mixed)).toEqual(["queued"]);
  });

  test("by an order is that order, and what others ordered goes on", async () => {
    const { study } = await line.ordered();
    await orderedBy(study, anna.accountId);
    await orderedBy(study, ben.accountId);
    expect(await line.actions.cancelOwn(study, anna)).toBe(1);
    expect(await orders(study)).toEqual(["queued", "cancelled", "queued"]);
    expect(await line.actions.cancelOwn(study, anna)).toBe(0);
    expect(await line.actions.cancelOwn(randomUUID(), anna)).toBe("no-study");
  });
});
