// Brings a study to a cloud of generation 1: in archives of 15 MiB, the last one marked, and then has it run.
import { type Http, type Outcome, waits } from "@thalamus/sdk";
import { Type } from "typebox";
import { bodyOf } from "../archive/read-archive.ts";
import { layOut, type StoredFile } from "../archive/zip-layout.ts";
import { CloudMetrics } from "../metrics.ts";
import { type KnownOrder, type OrderWork, STAGES, sendingProgress } from "../order/order-work.ts";
import { CloudAway, CloudRefusal, troubleOf, unreachable } from "../trouble.ts";
import type { OldCalls } from "./calls.ts";
import { JobStatus } from "./look.ts";

/** Of files, as the public clients roll their archives. */
const ARCHIVE_BYTES = 15 * 2 ** 20;
const SLICE_MS = 20_000;

const Begun = Type.Object({ uploadId: Type.String() });
const Address = Type.Object({ presignedUrl: Type.String() });

/** @returns a pause, or undefined when the study is there and its product was begun */
export async function sendStudy(
  work: OrderWork,
  calls: OldCalls,
  order: KnownOrder,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { step, cloud, book } = work;
  const { files, fingerprint } = await cloud.archives.of(step.study, signal);
  const groups = archivesOf(files);
  const known = order.upload?.archive === fingerprint ? order.upload.parts : {};
  const sent = new Map(Object.entries(known));
  const until = Date.now() + SLICE_MS;
  const before = sent.size;
  for (const [index, group] of groups.entries()) {
    if (sent.has(String(index))) continue;
    const progress = sendingProgress(index / groups.length);
    if (sent.size > before && Date.now() > until)
      return waits({ afterMs: 0, progress, stage: STAGES.sending });
    step.progress(progress, STAGES.sending);
    const archive = { index, files: group, isLast: index === groups.length - 1 };
    sent.set(String(index), await sendArchive(work, calls, order, archive, signal));
    const upload = { id: order.id, archive: fingerprint, partBytes: ARCHIVE_BYTES };
    await book.writeOrder((one) => ({ ...one, upload: { ...upload, parts: Object.fromEntries(sent) } }));
  }
  await run(calls, order, signal);
  cloud.archives.remove(step.study.id);
  await book.writeOrder(({ upload: _, ...rest }) => ({ ...rest, sentAt: new Date().toISOString() }));
  return undefined;
}

/** In their order; none is divided. */
export function archivesOf(files: readonly StoredFile[]): StoredFile[][] {
  const groups: StoredFile[][] = [];
  let bytes = ARCHIVE_BYTES;
  for (const file of files) {
    if (bytes + file.bytes > ARCHIVE_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(file);
    bytes += file.bytes;
  }
  return groups;
}

interface ArchiveToSend {
  readonly index: number;
  readonly files: readonly StoredFile[];
  readonly isLast: boolean;
}

/** @returns its ETag */
async function sendArchive(
  { cloud }: OrderWork,
  calls: OldCalls,
  { id: orderId }: KnownOrder,
  { index, files, isLast }: ArchiveToSend,
  signal: AbortSignal,
): Promise<string> {
  const names = { datasetId: orderId, zipIndex: String(index), orderId };
  const begin = () => calls.json(Begun, "/api/multipartUploadRequest/", names, signal);
  const { uploadId } = await begin();
  const part = { ...names, uploadId, partNumber: index + 1 };
  const layout = layOut(files);
  const counts = cloud.metrics.counter(CloudMetrics.parts);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { presignedUrl } = await calls.json(Address, "/api/multipartPresignedUrl/", part, signal);
      const whole = bodyOf(layout, { from: 0, bytes: layout.bytes });
      const etag = await put(
        cloud.http,
        cloud.parts(partAddress(presignedUrl, cloud.settings.url)),
        presignedUrl,
        whole,
        signal,
      );
      counts.of({ outcome: "arrived" }).add();
      cloud.metrics.counter(CloudMetrics.sentBytes).of({}).add(layout.bytes);
      const uploadParts = [{ PartNumber: index + 1, ETag: etag }];
      const finalPart = isLast ? 1 : 0;
      await calls.bytes(
        "/api/completeMultipartUpload/",
        { ...names, uploadId, uploadParts, finalPart },
        signal,
      );
      return etag;
    } catch (error) {
      signal.throwIfAborted();
      counts.of({ outcome: "failed" }).add();
      // a wish for a pause is for the whole upload
      const isPause = error instanceof CloudAway && error.afterMs !== undefined;
      if (isPause || !(error instanceof CloudAway) || attempt >= cloud.settings.uploadRetries) throw error;
    }
  }
}

function partAddress(url: string, own: string): URL {
  const address = URL.parse(url);
  if (address && (address.protocol === "https:" || own.startsWith("http:"))) return address;
  throw new CloudAway(
    "cloud-upload.bad-answer",
    "The cloud gave an address for a part that is no https address.",
  );
}

async function put(
  http: Http,
  destination: Parameters<Http["send"]>[0],
  url: string,
  body: ReturnType<typeof bodyOf>,
  signal: AbortSignal,
): Promise<string> {
  const answer = await http.send(destination, { method: "PUT", url, body }, signal).catch(unreachable);
  if (answer.status < 200 || answer.status >= 300) throw troubleOf(answer);
  const { etag } = answer.headers;
  if (etag !== undefined) return etag;
  throw new CloudAway("cloud-upload.bad-answer", "The answer to a part had no ETag.");
}

/** Unless an earlier try had it run already: each run counts. */
async function run(calls: OldCalls, order: KnownOrder, signal: AbortSignal): Promise<void> {
  const { id: orderId, product: productName } = order;
  const status = await calls.json(JobStatus, "/api/checkStatus/", { orderId }, signal).catch(notBegun);
  if (status?.started || status?.finished) return;
  await calls.bytes("/api/runJob/", { orderId, productName }, signal);
}

/** A job that was never run may have no status. */
function notBegun(error: unknown): undefined {
  if (error instanceof CloudRefusal && error.problem !== "order-expired") return undefined;
  throw error;
}
