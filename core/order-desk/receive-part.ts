// The hub's own door for parts: takes what its address is good for, whole and durable, or nothing.
import type { Readable } from "node:stream";
import type { EntityManager } from "@mikro-orm/postgresql";
import { CloudOrder, CloudPart, CloudUpload, type CloudUploadRow } from "../database/entities/cloud-order.ts";
import { CoreMetrics } from "../observe/core-metrics.ts";
import { completeSingle } from "./complete-upload.ts";
import { journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { refused } from "./refusals.ts";
import type { LocalPartStore, ReceivedPart } from "./stores/local-part-store.ts";
import { openAddress, type PartClaim } from "./stores/part-address.ts";
import { bytesOfPart, largestOrder } from "./upload-limits.ts";

export interface DoorParts extends DeskParts {
  readonly local: LocalPartStore;
}

/**
 * A part that was sent before is replaced when the new one is whole.
 * @param address signed, as it stood in the part's URL
 * @param announced what the request says of its size
 * @returns the SHA-256 of the part, in quotes as an ETag is
 * @throws DeskRefusal
 */
export async function receivePart(
  parts: DoorParts,
  address: string,
  content: Readable,
  announced: number | undefined,
): Promise<{ readonly etag: string }> {
  const claim = openAddress(parts.addressKey, address);
  if (!claim) throw refused("desk.bad-address");
  const upload = await openUpload(parts.orm.em.fork(), claim);
  const exact = bytesOfPart(upload, claim.number);
  const most = exact ?? (await roomFor(parts, upload));
  if (announced !== undefined && announced > most) throw refused("desk.too-large");
  if (announced !== undefined && exact !== undefined && announced !== exact)
    throw refused("desk.part-differs");
  const received = await parts.local.receive(
    upload.id,
    claim.number,
    untilSilent(content, parts.uploads.silenceSeconds),
    most,
  );
  parts.metrics.counter(CoreMetrics.cloudUploadBytes).of({}).add(received.bytes);
  try {
    const wrong = received.bytes === 0 || (exact !== undefined && received.bytes !== exact);
    if (wrong || (claim.sha256 !== undefined && claim.sha256 !== received.sha256))
      throw refused("desk.part-differs");
    const etag = `"${received.sha256}"`;
    const replaced = await record(parts, claim, received, etag);
    if (replaced) await parts.local.remove(upload.id, replaced);
    if (upload.single) await completeSingle(parts, upload.id);
    return { etag };
  } catch (error) {
    const isKept = await isRecorded(parts, claim, received);
    if (!isKept) await parts.local.remove(upload.id, received.file);
    throw error;
  }
}

async function openUpload(em: EntityManager, { uploadId, number }: PartClaim): Promise<CloudUploadRow> {
  const upload = await em.findOne(CloudUpload, { id: uploadId, state: "open", storage: "local" });
  const order = upload && (await em.findOne(CloudOrder, upload.order.id));
  if (!upload || order?.status !== "PENDING" || number < 1) throw refused("desk.bad-address");
  return upload;
}

/** All archives of an order together are no larger than an order may be. */
async function roomFor(
  { orm, uploads }: DeskParts,
  { order, single, partBytes }: CloudUploadRow,
): Promise<number> {
  if (single) return partBytes;
  const [row] = await orm.em.fork().execute<{ bytes: string }[]>(
    `select coalesce(sum(p.bytes), 0) as bytes from cloud_part p join cloud_upload u on u.id = p.upload_id
      where u.order_id = ? and u.state <> 'aborted'`,
    [order.id],
  );
  return largestOrder(uploads) - Number(row?.bytes ?? 0);
}

/** @returns the file that was replaced */
function record(
  { orm }: DeskParts,
  { uploadId, number }: PartClaim,
  { file, bytes }: ReceivedPart,
  etag: string,
): Promise<string | undefined> {
  return orm.em.fork().transactional(async (em) => {
    // whoever completes or aborts the upload holds this lock, too
    await em.execute("select 1 from cloud_upload where id = ? for no key update", [uploadId]);
    const upload = await em.findOne(CloudUpload, { id: uploadId, state: "open" });
    if (!upload) throw refused("desk.bad-address");
    // the row itself is changed by what follows
    const replaced = (await em.findOne(CloudPart, { upload: uploadId, number }))?.file;
    const columns = { etag, bytes, file, receivedAt: new Date() };
    await em.upsert(CloudPart, { upload: uploadId, number, ...columns });
    await em.nativeUpdate(CloudOrder, { id: upload.order.id }, { heardAt: new Date() });
    const order = await em.findOneOrFail(CloudOrder, upload.order.id);
    const detail = { order: order.id, upload: uploadId, part: number, bytes };
    await journalOf(em, "cloud-order.part-received", order, detail);
    return replaced ?? undefined;
  });
}

/** The commit may have come through although its answer did not. */
async function isRecorded({ orm }: DeskParts, { uploadId, number }: PartClaim, { file }: ReceivedPart) {
  const where = { upload: uploadId, number, file };
  return (
    (await orm.em
      .fork()
      .count(CloudPart, where)
      .catch(() => 1)) > 0
  );
}

/** A sender that brings nothing for this long is given up; it sends the part again. */
async function* untilSilent(content: Readable, seconds: number): AsyncGenerator<Buffer> {
  const cut = () => content.destroy(new Error("the sender was silent for too long"));
  let timer = setTimeout(cut, seconds * 1000);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(cut, seconds * 1000);
    }
  } finally {
    clearTimeout(timer);
  }
}
