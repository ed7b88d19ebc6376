// Decides which uploads are worked on now, tries again what had to wait, and clears away what nobody finishes.
import { randomUUID } from "node:crypto";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { UploadRow } from "../database/entities/upload.ts";
import { NO_COUNTS } from "../database/entities/upload.ts";
import { CoreMetrics } from "../observe/core-metrics.ts";
import { TryUploadLater } from "./upload-problem.ts";
import { endAssociation, type RunParts, runUpload } from "./upload-runs.ts";
import type { UploadEnd } from "./upload-store.ts";

const LOOK_MS = 2000;
const CLEAR_MS = 60_000;
/** What had to wait is tried again after this. */
const AGAIN_MS = 5000;
/** A fault of the hub itself that comes again and again ends the upload. */
const MOST_BUGS = 3;
/** `<id>` holds the bytes, `<id>.json` what the transfer needs to be resumed, `<id>.study` a ZIP of it that is being read. */
const FILE_NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.json|\.study)?$/;

export class UploadQueue {
  readonly #parts: RunParts;
  readonly #ended;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #notBefore = new Map<string, number>();
  readonly #bugs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #cleared = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#ended = parts.metrics.counter(CoreMetrics.uploads);
  }

  /** Takes up what this hub, or a dead one before it, had not finished; then keeps looking. */
  start(): void {
    this.look();
  }

  /** Stops in the middle; rows say what is to be done, and the next start does it. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.abort(new TryUploadLater("intake.stopping", "The hub is stopping."));
    await this.#looking;
    await Promise.all(this.#running.values());
  }

  /** Looks now; called when an upload is complete. */
  look(): void {
    clearTimeout(this.#timer);
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((error: Error) => {
        this.#parts.log.warn("upload.look-failed", { error: error.name });
      })
      .then(() => {
        clearTimeout(this.#timer);
        if (!this.#stopping.signal.aborted) this.#timer = setTimeout(() => this.look(), LOOK_MS);
      });
  }

  /**
   * All bytes of an upload have come: makes them durable and lets the hub work on them.
   * @returns false when they have not, or it was known before
   */
  async complete(row: UploadRow): Promise<boolean> {
    const { folder, store, hubId } = this.#parts;
    const path = join(folder, row.id);
    const sight = await stat(path).catch(() => undefined);
    if (row.bytes === null || sight?.size !== row.bytes) return false;
    await using file = await open(path, "r");
    await file.datasync();
    return await store.complete(row, hubId);
  }

  async #look(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { store, hubId, settings } = this.#parts;
    // a hub may have died between the last byte and the row
    for (const row of await store.inState("receiving")) await this.complete(row);
    if (Date.now() - this.#cleared > CLEAR_MS) {
      this.#cleared = Date.now();
      await this.#clear();
    }
    for (const row of await store.inState("unpacking")) {
      if (this.#running.size >= settings.atOnce) break;
      const mine = row.hubId === hubId && !this.#running.has(row.id);
      if (mine && Date.now() >= (this.#notBefore.get(row.id) ?? 0)) this.#run(row);
    }
  }

  #run(row: UploadRow): void {
    const running = this.#work(row)
      .catch((error: Error) => {
        // the database is away: the row still says what is to be done
        this.#notBefore.set(row.id, Date.now() + AGAIN_MS);
        this.#parts.log.warn("upload.interrupted", { upload: row.id, error: error.name });
      })
      .finally(() => {
        this.#running.delete(row.id);
        if (!this.#stopping.signal.aborted) this.look();
      });
    this.#running.set(row.id, running);
  }

  async #work(row: UploadRow): Promise<void> {
    const { store, log, hubId } = this.#parts;
    const { id, bytes } = row;
    log.info("upload.begun", { upload: id, bytes: bytes ?? 0 });
    const end = await runUpload(row, this.#parts, this.#stopping.signal).catch((error: unknown) =>
      this.#interrupted(row, error),
    );
    if (!end) return;
    await endAssociation(row, this.#parts);
    if (!(await store.end(id, hubId, end))) return;
    this.#ended.of({ outcome: end.state }).add();
    this.#bugs.delete(id);
    this.#notBefore.delete(id);
    await this.remove(id);
    const { files, stored, duplicate, revised, refused, skipped } = end.counts;
    const counts = { files, stored, duplicate, revised, refused, skipped };
    const { state, code } = end;
    log.info("upload.ended", { upload: id, state, ...counts, ...(code === undefined ? {} : { code }) });
  }

  /** @returns how the upload ends, or undefined when it is tried again */
  async #interrupted(row: UploadRow, error: unknown): Promise<UploadEnd | undefined> {
    const { store, log } = this.#parts;
    if (this.#stopping.signal.aborted) return undefined;
    this.#notBefore.set(row.id, Date.now() + AGAIN_MS);
    if (error instanceof TryUploadLater) {
      log.warn("upload.waits", { upload: row.id, code: error.code });
      await store.waits(row.id, error.code, error.message);
      return undefined;
    }
    const errorId = randomUUID();
    const { name, stack = "" } = error as Error;
    const where = stack.split("\n").filter((line) => line.trim().startsWith("at "));
    const lines = where.slice(0, 4).map((line) => line.trim());
    log.error("upload.failed", { upload: row.id, errorId, error: name, where: lines });
    const bugs = (this.#bugs.get(row.id) ?? 0) + 1;
    this.#bugs.set(row.id, bugs);
    if (bugs < MOST_BUGS) return undefined;
    const message = `The hub failed on this upload. Look for ${errorId} in the log.`;
    const nothing = { unpackedBytes: 0, counts: NO_COUNTS, problems: [], studyIds: [] };
    return { state: "failed", code: "upload.bug", message, ...nothing };
  }

  /** The bytes of an upload that is over. */
  async remove(id: string): Promise<void> {
    const { folder } = this.#parts;
    for (const name of [id, `${id}.json`, `${id}.study`]) await rm(join(folder, name), { force: true });
  }

  /** Uploads that nobody goes on with, and files whose upload is over. */
  async #clear(): Promise<void> {
    const { store, settings, folder, log } = this.#parts;
    for (const { id } of await store.silentFor(settings.keepHours)) {
      const message = `No byte came for ${settings.keepHours} hours, so the upload was removed. Begin it again.`;
      if (!(await store.giveUp(id, "upload.expired", message))) continue;
      await this.remove(id);
      log.info("upload.expired", { upload: id });
    }
    const ids = new Set((await readdir(folder)).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []));
    const needed = await store.unfinishedAmong([...ids]);
    for (const id of ids) if (!needed.has(id)) await this.remove(id);
  }
}
