// Ends an upload: all its parts are there. With the last one of an order its data is complete, and the order begins.
import { raw } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller, DeskOrder } from "@thalamus/sdk";
import {
  type ChosenPart,
  CloudOrder,
  type CloudOrderRow,
  CloudPart,
  CloudUpload,
  type CloudUploadRow,
} from "../database/entities/cloud-order.ts";
import { storeOf, uploadOf } from "./begin-upload.ts";
import { chosenParts, type NamedPart } from "./chosen-parts.ts";
import { type CallerIds, journalByHub, journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { lockOrder, orderOf } from "./find-order.ts";
import { moveOrder, touch } from "./order-moves.ts";
import { refused } from "./refusals.ts";
import { refuseOrder } from "./refuse-order.ts";
import type { StoredPart } from "./stores/part-stores.ts";
import { largestOrder } from "./upload-limits.ts";
import { viewOrder } from "./view-orders.ts";

interface Completion {
  readonly upload: CloudUploadRow;
  /** Absent where nobody names parts: those that are there. */
  readonly named?: readonly NamedPart[];
  readonly stored: readonly StoredPart[];
  readonly final: boolean;
}

/**
 * May be asked for again when its answer was lost.
 * @throws DeskRefusal
 */
export async function completeUpload(
  parts: DeskParts,
  caller: CloudCaller,
  uploadId: string,
  named: readonly NamedPart[],
  final: boolean,
): Promise<DeskOrder> {
  const { upload, order } = await uploadOf(parts.orm.em.fork(), caller, uploadId);
  if (upload.state === "aborted") throw refused("desk.unknown-upload");
  if (upload.state === "open") {
    if (order.status !== "PENDING") throw refused("desk.too-late");
    const stored = await storeOf(parts, upload).parts(upload);
    // refused before anything is counted
    chosenParts(upload, named, stored, largestOrder(parts.uploads));
    if (final) await countUses(parts, caller, order);
    await complete(parts, caller, { upload, named, stored, final });
  } else if (final && order.filesState === "awaited") {
    await countUses(parts, caller, order);
    await parts.orm.em.fork().transactional(async (em) => {
      const locked = await orderOf(em, caller, { orderId: order.id }, "lock");
      if (locked.filesState === "awaited") await closeFiles(em, locked);
    });
  }
  parts.wake();
  const em = parts.orm.em.fork();
  return viewOrder(em, await orderOf(em, caller, { orderId: order.id }));
}

/** The one part of an upload that begins its order by itself has arrived; does nothing when it has not. */
export async function completeSingle(parts: DeskParts, uploadId: string): Promise<void> {
  const em = parts.orm.em.fork();
  const upload = await em.findOne(CloudUpload, { id: uploadId, state: "open", single: true });
  const order = upload && (await em.findOne(CloudOrder, upload.order.id));
  if (!upload || order?.status !== "PENDING") return;
  const stored = await storeOf(parts, upload).parts(upload);
  if (stored.length === 0) return;
  try {
    chosenParts(upload, stored, stored, largestOrder(parts.uploads));
    await countUses(parts, { ...order, scopes: [], isAdmin: false }, order);
    await complete(parts, order, { upload, stored, final: true });
    parts.wake();
  } catch (error) {
    const { code, message, name } = error as Error & { code: string };
    if (name !== "DeskRefusal") throw error;
    // another one who saw the part was first, or the order has ended meanwhile
    if (OVERTAKEN.has(code)) return;
    // there is nobody to be told but by the status of the order
    await refuseOrder(parts, order, { code, message });
  }
}

const OVERTAKEN: ReadonlySet<string> = new Set(["desk.too-late", "desk.unknown-upload"]);

/** @throws DeskRefusal `desk.no-uses-left`; what was counted before is not counted again */
async function countUses({ access }: DeskParts, caller: CloudCaller, order: CloudOrderRow): Promise<void> {
  for (const product of order.hubProducts) {
    if (!(await access.countUse(caller, order.id, product))) throw refused("desk.no-uses-left");
  }
}

async function complete(parts: DeskParts, caller: CallerIds, completion: Completion): Promise<void> {
  const { upload, named, final } = completion;
  await parts.orm.em.fork().transactional(async (em) => {
    const orderId = upload.order.id;
    await lockOrder(em, orderId);
    // a part that is on its way waits for this lock, and finds the upload over
    await em.execute("select 1 from cloud_upload where id = ? for no key update", [upload.id]);
    const order = await em.findOneOrFail(CloudOrder, orderId);
    const row = await em.findOneOrFail(CloudUpload, upload.id);
    if (order.status !== "PENDING" || order.filesState !== "awaited") throw refused("desk.too-late");
    if (row.state === "aborted") throw refused("desk.unknown-upload");
    if (row.state === "open") {
      const stored = row.storage === "local" ? await storedNow(em, row.id) : completion.stored;
      await close(em, row, chosenParts(row, named ?? stored, stored, largestOrder(parts.uploads)));
      const bytes = row.parts.reduce((sum, part) => sum + part.bytes, 0);
      const detail = { order: orderId, upload: row.id, archive: row.archive, parts: row.parts.length, bytes };
      await journalOf(em, "cloud-order.upload-complete", caller, detail);
    }
    if (final) await closeFiles(em, order);
    else {
      order.heardAt = new Date();
      await em.flush();
    }
  });
}

async function storedNow(em: EntityManager, uploadId: string): Promise<StoredPart[]> {
  const rows = await em.find(CloudPart, { upload: uploadId, etag: { $ne: null } });
  return rows.map(({ number, etag, bytes }) => ({ number, etag: etag!, bytes }));
}

/** An archive that was sent before under the same number is replaced. */
async function close(em: EntityManager, upload: CloudUploadRow, chosen: ChosenPart[]): Promise<void> {
  const { archive, order, id } = upload;
  const before = { order: order.id, archive, state: "complete" as const, id: { $ne: id } };
  await em.nativeUpdate(CloudUpload, before, { state: "aborted" });
  upload.state = "complete";
  upload.parts = chosen;
  upload.completedAt = new Date();
  await em.flush();
}

/** No further archive follows; the caller holds the lock on the order. */
async function closeFiles(em: EntityManager, order: CloudOrderRow): Promise<void> {
  order.filesState = "complete";
  order.filesAt = raw("clock_timestamp()") as unknown as Date;
  await em.nativeUpdate(CloudUpload, { order: order.id, state: "open" }, { state: "aborted" });
  if (order.hubProducts.length > 0) await moveOrder(em, order, "DX_STARTED");
  else await touch(em, order);
  await journalByHub(em, "cloud-order.data-complete", order, { products: order.hubProducts });
}
