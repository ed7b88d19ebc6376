// Begins the upload of an archive, or finds the one that is open; and gives out the addresses of its parts.
import { randomUUID } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller, DeskUpload, PartAddress, UploadWanted } from "@thalamus/sdk";
import { SINGLE_PUT_BYTES } from "@thalamus/sdk/cloud";
import {
  CloudOrder,
  type CloudOrderRow,
  CloudPart,
  CloudUpload,
  type CloudUploadRow,
} from "../database/entities/cloud-order.ts";
import { journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { isUuid, orderOf } from "./find-order.ts";
import { refused } from "./refusals.ts";
import type { PartStore, WantedPart } from "./stores/part-stores.ts";
import { largestOrder, partBytesFor, partsOf } from "./upload-limits.ts";

/** @throws DeskRefusal `desk.too-large`, `desk.too-late`, `desk.no-space`, and those of finding the order */
export async function beginUpload(
  parts: DeskParts,
  caller: CloudCaller,
  orderId: string,
  wanted: UploadWanted,
): Promise<DeskUpload> {
  const { bytes, single = false } = wanted;
  const most = single ? SINGLE_PUT_BYTES - 1 : largestOrder(parts.uploads);
  if (bytes !== undefined && bytes > most) throw refused("desk.too-large");
  await requireSpace(parts, orderId, bytes ?? (single ? SINGLE_PUT_BYTES : USUAL_ARCHIVE_BYTES));
  const upload = await parts.orm.em.fork().transactional(async (em) => {
    const order = await orderOf(em, caller, { orderId }, "lock");
    if (order.status !== "PENDING" || order.filesState !== "awaited") throw refused("desk.too-late");
    order.heardAt = new Date();
    return (await openOne(em, order, wanted)) ?? begin(parts, em, caller, order, wanted);
  });
  return viewUpload(upload, await storeOf(parts, upload).parts(upload), parts.settings.abandonedHours);
}

/** What differs from the open one is another archive: the open one is given up. */
async function openOne(
  em: EntityManager,
  order: CloudOrderRow,
  wanted: UploadWanted,
): Promise<CloudUploadRow | undefined> {
  const { bytes, sha256, single = false, archive = 0 } = wanted;
  const open = await em.find(CloudUpload, { order: order.id, archive, state: "open" });
  const same = open.find(
    (one) =>
      (one.bytes ?? undefined) === bytes &&
      one.single === single &&
      (sha256 === undefined || one.sha256 === sha256),
  );
  for (const other of open) if (other !== same) other.state = "aborted";
  await em.flush();
  return same;
}

async function begin(
  { stores }: DeskParts,
  em: EntityManager,
  caller: CloudCaller,
  order: CloudOrderRow,
  { bytes, sha256, single = false, archive = 0 }: UploadWanted,
): Promise<CloudUploadRow> {
  const id = randomUUID();
  const upload = em.create(CloudUpload, {
    ...{ id, order, archive, single, storage: stores.kind },
    ...{ bytes: bytes ?? null, sha256: sha256 ?? null, partBytes: partBytesFor(bytes, single) },
    createdAt: new Date(),
  });
  await em.flush();
  const detail = { order: order.id, upload: id, archive, ...(bytes === undefined ? {} : { bytes }) };
  await journalOf(em, "cloud-order.upload-begun", caller, detail);
  return upload;
}

/**
 * @param baseUrl where this hub's part door is seen from outside
 * @throws DeskRefusal `desk.unknown-upload`, `desk.part-differs`, `desk.too-late`
 */
export async function partAddresses(
  parts: DeskParts,
  caller: CloudCaller,
  uploadId: string,
  wanted: readonly WantedPart[],
  baseUrl: string,
): Promise<readonly PartAddress[]> {
  const { upload, order } = await uploadOf(parts.orm.em.fork(), caller, uploadId);
  if (order.status !== "PENDING") throw refused("desk.too-late");
  if (upload.state !== "open") throw refused("desk.unknown-upload");
  const most = partsOf(upload);
  if (wanted.some(({ number }) => !Number.isInteger(number) || number < 1 || number > most)) {
    throw refused("desk.part-differs", `This upload has the parts 1 to ${most}. Ask for these.`);
  }
  const addresses = await storeOf(parts, upload).addresses(upload, wanted, baseUrl);
  await parts.orm.em.fork().transactional(async (em) => {
    await em.nativeUpdate(CloudOrder, { id: order.id }, { heardAt: new Date() });
    const named = wanted.filter(({ sha256 }) => sha256 !== undefined);
    if (named.length > 0 && upload.storage === "s3") {
      const rows = named.map(({ number, sha256 }) => ({ upload: upload.id, number, named: sha256! }));
      await em.upsertMany(CloudPart, rows, { onConflictMergeFields: ["named"] });
    }
    const detail = { order: order.id, upload: upload.id, parts: wanted.map(({ number }) => number) };
    await journalOf(em, "cloud-order.addresses-issued", caller, detail);
  });
  return addresses;
}

/** @throws DeskRefusal `desk.unknown-upload` also when its order is none of the caller's */
export async function uploadOf(
  em: EntityManager,
  caller: CloudCaller,
  uploadId: string,
): Promise<{ upload: CloudUploadRow; order: CloudOrderRow }> {
  const upload = isUuid(uploadId) ? await em.findOne(CloudUpload, uploadId) : null;
  if (!upload) throw refused("desk.unknown-upload");
  const order = await orderOf(em, caller, { orderId: upload.order.id }).catch((error: unknown) => {
    const { code } = error as { code?: string };
    throw code === "desk.unknown-order" ? refused("desk.unknown-upload") : error;
  });
  return { upload, order };
}

/** @throws DeskRefusal when the hub is not configured for its store any more */
export function storeOf({ stores }: DeskParts, upload: CloudUploadRow): PartStore {
  const store = stores.of(upload);
  if (!store) throw refused("desk.unknown-upload");
  return store;
}

function viewUpload(
  upload: CloudUploadRow,
  received: readonly { readonly number: number; readonly etag: string }[],
  abandonedHours: number,
): DeskUpload {
  return {
    id: upload.id,
    partBytes: upload.partBytes,
    parts: partsOf(upload),
    received: received.map(({ number, etag }) => ({ number, etag })),
    expiresAt: new Date(Date.now() + abandonedHours * 3_600_000),
  };
}

/** Clients of generation 1 cut at 15 MiB and say nothing of sizes. */
const USUAL_ARCHIVE_BYTES = 16 * 2 ** 20;

/** Once for the parts, once for what is kept of them; and what was promised to other orders. */
async function requireSpace({ orm, space }: DeskParts, orderId: string, bytes: number): Promise<void> {
  if (!isUuid(orderId)) throw refused("desk.unknown-order");
  const [row] = await orm.em.fork().execute<{ promised: string }[]>(
    `select coalesce(sum(u.bytes - coalesce((select sum(p.bytes) from cloud_part p where p.upload_id = u.id), 0)), 0)
        as promised
       from cloud_upload u where u.state = 'open' and u.bytes is not null and u.order_id <> ?`,
    [orderId],
  );
  const free = (await space.measure()) - space.account.marks.keepFree - Number(row?.promised ?? 0);
  if (free < 2 * bytes) throw refused("desk.no-space");
}
