// Places an order: its products are looked up, its names are checked, and its line is written.
import { randomUUID } from "node:crypto";
import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller, DeskOrder, NewDeskOrder } from "@thalamus/sdk";
import { CloudOrder, type CloudOrderRow } from "../database/entities/cloud-order.ts";
import { batchOf, hasProductsOf } from "./batches.ts";
import { journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { requireGoodMetadata, requireText } from "./order-values.ts";
import { refused } from "./refusals.ts";
import { viewOrder } from "./view-orders.ts";

/** Orders of one organisation that wait for data; each may hold parts on the disk. */
const MOST_AWAITED = 1000;
const DAY_MS = 86_400_000;

/**
 * @throws DeskRefusal `desk.unknown-product`, `desk.unknown-batch`, `desk.product-mismatch`, `desk.bad-metadata`,
 * `desk.study-name-taken`, `desk.busy`
 */
export async function placeOrder(
  parts: DeskParts,
  caller: CloudCaller,
  wanted: NewDeskOrder,
): Promise<DeskOrder> {
  const first = await placedBefore(parts.orm.em.fork(), caller, wanted);
  if (first) return viewOrder(parts.orm.em.fork(), first);
  requireGoodMetadata(wanted.metadata ?? {});
  requireText(wanted.studyName, wanted.patientPseudonym);
  const hubProducts = await hubProductsOf(parts, caller, wanted.products);
  const days = await parts.access.orderDays(caller.organisationId);
  try {
    const row = await parts.orm.em
      .fork()
      .transactional((em) => place(em, caller, wanted, hubProducts, new Date(Date.now() + days * DAY_MS)));
    return await viewOrder(parts.orm.em.fork(), row);
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    const winner = await placedBefore(parts.orm.em.fork(), caller, wanted);
    if (winner) return viewOrder(parts.orm.em.fork(), winner);
    throw refused("desk.study-name-taken");
  }
}

async function place(
  em: EntityManager,
  caller: CloudCaller,
  wanted: NewDeskOrder,
  hubProducts: string[],
  expiresAt: Date,
): Promise<CloudOrderRow> {
  const { organisationId, memberId, keyId } = caller;
  const { generation, products, studyUid, patientPseudonym, studyName, batchId, metadata = {} } = wanted;
  const awaited = { organisationId, status: "PENDING" as const, filesState: "awaited" as const };
  if ((await em.count(CloudOrder, awaited)) >= MOST_AWAITED) throw refused("desk.busy");
  const group = batchId === undefined ? null : await batchOf(em, caller, batchId);
  if (group && !hasProductsOf(group, hubProducts)) throw refused("desk.product-mismatch");
  const id = randomUUID();
  await em.insert(CloudOrder, {
    ...{ id, organisationId, memberId, keyId, generation, hubProducts, expiresAt, group, metadata },
    products: [...products],
    studyUid: studyUid ?? null,
    patientPseudonym: patientPseudonym ?? null,
    studyName: studyName ?? null,
    idempotencyKey: wanted.idempotencyKey ?? null,
  });
  const detail = { order: id, generation, products: hubProducts, ...(group ? { batch: group.id } : {}) };
  await journalOf(em, "cloud-order.placed", caller, detail);
  return em.findOneOrFail(CloudOrder, id);
}

/** The order of the first time, when the same key was used before; whatever has become of it. */
async function placedBefore(
  em: EntityManager,
  { memberId }: CloudCaller,
  { idempotencyKey }: NewDeskOrder,
): Promise<CloudOrderRow | null> {
  return idempotencyKey === undefined ? null : em.findOne(CloudOrder, { memberId, idempotencyKey });
}

/** @throws DeskRefusal `desk.unknown-product`; two names of one product are one too many */
async function hubProductsOf(
  { access }: DeskParts,
  { organisationId }: CloudCaller,
  names: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const product = await access.productNamed(organisationId, name);
    if (product === undefined || found.includes(product)) throw refused("desk.unknown-product");
    found.push(product);
  }
  return found;
}
