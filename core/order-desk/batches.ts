// Batches of the cloud API: groups of the hub that belong to an organisation.
import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { LockMode, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller, DeskOrder, OpenedFile } from "@thalamus/sdk";
import type { NewBatch } from "@thalamus/sdk/cloud";
import { Study } from "../database/entities/study.ts";
import { StudyGroup, type StudyGroupRow } from "../database/entities/study-group.ts";
import { joinByUpload } from "../groups/membership.ts";
import { DEFAULT_FILE_NAME } from "../groups/report-name.ts";
import { batchTable } from "./batch-table.ts";
import { actorOf, journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { isUuid, orderOf } from "./find-order.ts";
import { isOver, touch } from "./order-moves.ts";
import { refused } from "./refusals.ts";
import { viewOrder } from "./view-orders.ts";

/** @throws DeskRefusal `desk.unknown-product`, `desk.study-name-taken` when another batch has the name */
export async function newBatch(
  { orm, access }: DeskParts,
  caller: CloudCaller,
  { batch_name: name, products: names }: NewBatch,
): Promise<{ readonly id: string; readonly createdAt: Date }> {
  const products: string[] = [];
  for (const product of names) {
    const known = await access.productNamed(caller.organisationId, product);
    if (known === undefined) throw refused("desk.unknown-product");
    products.push(known);
  }
  const id = randomUUID();
  const columns = { id, owner: caller.organisationId, name, products: [...new Set(products)] };
  try {
    return await orm.em.fork().transactional(async (em) => {
      // it is asked for when somebody wants it, and goes nowhere by itself
      const quiet = { sendOnCompletion: false, fileName: DEFAULT_FILE_NAME, createdBy: actorOf(caller) };
      await em.insert(StudyGroup, { ...columns, ...quiet });
      await journalOf(em, "cloud-batch.created", caller, { batch: id, products: columns.products });
      return { id, createdAt: (await em.findOneOrFail(StudyGroup, id)).createdAt };
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw refused(
      "desk.study-name-taken",
      "Your organisation has a batch of this name. Choose another name, or use that batch.",
    );
  }
}

/** @throws DeskRefusal `desk.unknown-batch`, `desk.product-mismatch`, `desk.too-late` */
export async function joinBatch(
  { orm }: DeskParts,
  caller: CloudCaller,
  orderId: string,
  batchId: string,
): Promise<DeskOrder> {
  const seen = await orderOf(orm.em.fork(), caller, { orderId });
  await orm.em.fork().transactional(async (em) => {
    // the study first, as everywhere
    const study = seen.studyId
      ? await em.findOne(Study, seen.studyId, { lockMode: LockMode.PESSIMISTIC_WRITE })
      : null;
    const order = await orderOf(em, caller, { orderId }, "lock");
    if (isOver(order) && order.status !== "DELIVERED" && order.status !== "FAILED")
      throw refused("desk.too-late");
    const group = await batchOf(em, caller, batchId);
    if (!hasProductsOf(group, order.hubProducts)) throw refused("desk.product-mismatch");
    order.group = em.getReference(StudyGroup, group.id);
    await touch(em, order);
    if (study) await joinByUpload(em, study, group.id, actorOf(caller));
    await journalOf(em, "cloud-order.batch-joined", caller, { order: orderId, batch: group.id }, study?.id);
  });
  const em = orm.em.fork();
  return viewOrder(em, await orderOf(em, caller, { orderId }));
}

/** @throws DeskRefusal `desk.unknown-batch` */
export async function batchReport(
  { orm }: DeskParts,
  caller: CloudCaller,
  batch: string,
): Promise<OpenedFile> {
  const { group, csv } = await orm.em.fork().transactional(async (em) => {
    const found = await batchOf(em, caller, batch);
    const content = Buffer.from(await batchTable(em, caller, found));
    await journalOf(em, "cloud-batch.report-opened", caller, { batch: found.id });
    return { group: found, csv: content };
  });
  return {
    name: `${group.id}.csv`,
    mediaType: "text/csv",
    bytes: csv.length,
    sha256: createHash("sha256").update(csv).digest("hex"),
    content: Readable.from([csv], { objectMode: false }),
  };
}

/** @param batch its id or its name; @throws DeskRefusal `desk.unknown-batch` */
export async function batchOf(
  em: EntityManager,
  { organisationId }: CloudCaller,
  batch: string,
): Promise<StudyGroupRow> {
  const which = isUuid(batch) ? { $or: [{ id: batch }, { name: batch }] } : { name: batch };
  const group = await em.findOne(StudyGroup, { owner: organisationId, ...which });
  if (!group) throw refused("desk.unknown-batch");
  return group;
}

/** Whatever their order. */
export const hasProductsOf = (group: StudyGroupRow, hubProducts: readonly string[]): boolean =>
  group.products.toSorted().join() === hubProducts.toSorted().join();
