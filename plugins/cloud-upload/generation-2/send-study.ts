// Brings the archive of a study into the cloud: parts side by side, from where an earlier try had come to.
import { type Outcome, Permanent, waits } from "@thalamus/sdk";
import { stretchesOf } from "../archive/read-archive.ts";
import type { StudyArchive } from "../archive/study-archive.ts";
import { type KnownOrder, type OrderWork, STAGES, sendingProgress } from "../order/order-work.ts";
import { CloudAway, CloudRefusal } from "../trouble.ts";
import type { CloudCalls, UploadBegun } from "./calls.ts";
import { PartSender } from "./part-sender.ts";

/** Then the step goes behind others that wait for a look: an upload may take hours, a look takes a moment. */
const SLICE_MS = 20_000;
const PAUSE_MS = 1000;

/** What an upload can begin anew after; everything else is for a person. */
const BEGIN_ANEW = new Set(["upload-unknown", "part-missing", "part-differs"]);

/**
 * @returns undefined when all of it is there and the order has begun
 * @throws CloudAway, CloudRefusal, Permanent
 */
export async function sendStudy(
  work: OrderWork,
  calls: CloudCalls,
  order: KnownOrder,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { step, cloud, book } = work;
  const archive = await cloud.archives.of(step.study, signal);
  try {
    const begun = await calls.beginUpload(order.id, archive.layout.bytes, signal);
    const pause = await sendParts(work, calls, archive, begun, signal);
    if (pause) return pause;
    const parts = Object.entries(book.order?.upload?.parts ?? {})
      .map(([number, etag]) => ({ part_number: Number(number), etag }))
      .toSorted((a, b) => a.part_number - b.part_number);
    await calls.completeUpload({ upload_id: begun.upload_id, parts }, signal);
  } catch (error) {
    if (!(error instanceof CloudRefusal)) throw error;
    // the answer to an earlier completion may have been lost
    if (error.problem === "too-late") await requireBegun(calls, order, error, signal);
    else if (BEGIN_ANEW.has(error.problem)) return beginAnew(work, error);
    else throw error;
  }
  cloud.archives.remove(step.study.id);
  await book.write(({ failures: _, ...memo }) => memo);
  await book.writeOrder(({ upload: _, ...rest }) => ({ ...rest, sentAt: new Date().toISOString() }));
  return undefined;
}

/** @returns a pause, or undefined when all parts are there */
async function sendParts(
  { step, cloud, book }: OrderWork,
  calls: CloudCalls,
  { layout, fingerprint }: StudyArchive,
  begun: UploadBegun,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const stretches = stretchesOf(layout, begun.part_bytes);
  if (stretches.length !== begun.parts) {
    throw new CloudAway("cloud-upload.bad-answer", "The cloud counts other parts than the archive has.");
  }
  const known = book.order?.upload;
  const isSame = known?.id === begun.upload_id && known.archive === fingerprint;
  // what arrived without our hearing of it counts; what we heard otherwise of does not
  const agreed = begun.received.filter(({ part_number, etag }) => {
    const ours = isSame ? known.parts[part_number] : undefined;
    return isSame && (ours === undefined || ours === etag);
  });
  const arrived = new Map(agreed.map(({ part_number, etag }) => [part_number, etag]));
  const upload = { id: begun.upload_id, archive: fingerprint, partBytes: begun.part_bytes };
  const write = () =>
    book.writeOrder((order) => ({ ...order, upload: { ...upload, parts: Object.fromEntries(arrived) } }));
  await write();
  const sender = new PartSender(cloud, calls, layout);
  const missing = stretches.flatMap((stretch, index) =>
    arrived.has(index + 1) ? [] : [{ uploadId: begun.upload_id, number: index + 1, stretch }],
  );
  const before = arrived.size;
  const until = Date.now() + SLICE_MS;
  let trouble: unknown;
  const hand = async () => {
    for (;;) {
      const isTime = arrived.size === before || Date.now() < until;
      const part = trouble === undefined && isTime ? missing.shift() : undefined;
      if (!part) return;
      try {
        arrived.set(part.number, await sender.send(part, signal));
        await write();
        step.progress(sendingProgress(arrived.size / stretches.length), STAGES.sending);
      } catch (error) {
        trouble ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: cloud.settings.parallelParts }, hand));
  signal.throwIfAborted();
  const progress = sendingProgress(arrived.size / stretches.length);
  const pause = (afterMs: number) => waits({ afterMs, progress, stage: STAGES.sending });
  // it got further: whatever broke is worth another look, and counts against nobody
  if (trouble instanceof CloudAway && arrived.size > before) return pause(trouble.afterMs ?? PAUSE_MS);
  if (trouble !== undefined) throw trouble;
  return arrived.size < stretches.length ? pause(0) : undefined;
}

async function requireBegun(
  calls: CloudCalls,
  order: KnownOrder,
  refusal: CloudRefusal,
  signal: AbortSignal,
): Promise<void> {
  const { status } = await calls.status(order.id, signal);
  if (status === "PENDING") throw refusal;
}

/** @throws Permanent when that has been tried often enough */
async function beginAnew({ cloud, book }: OrderWork, refusal: CloudRefusal): Promise<Outcome> {
  const failures = (book.memo.failures ?? 0) + 1;
  if (failures > cloud.settings.uploadRetries) {
    throw new Permanent("cloud-upload.part-refused", refusal.message);
  }
  await book.write((memo) => ({ ...memo, failures }));
  await book.writeOrder(({ upload: _, ...order }) => order);
  return waits({ afterMs: PAUSE_MS * failures, stage: STAGES.sending });
}
