// Decides which orders are taken in now, tries again what had to wait, and makes the rounds after orders that ended.
import { randomUUID } from "node:crypto";
import { CloudOrder, type CloudOrderRow, CloudUpload } from "../database/entities/cloud-order.ts";
import { TryUploadLater, UploadRefusal } from "../uploads/upload-problem.ts";
import { completeSingle } from "./complete-upload.ts";
import type { DeskParts } from "./desk-parts.ts";
import { makeRounds } from "./desk-rounds.ts";
import { refuseOrder } from "./refuse-order.ts";
import { takeInOrder } from "./take-in-order.ts";

const LOOK_MS = 2000;
/** What had to wait is tried again after this. */
const AGAIN_MS = 5000;
/** A fault of the hub itself that comes again and again ends the order. */
const MOST_BUGS = 3;

interface Running {
  readonly abort: AbortController;
  readonly end: Promise<void>;
}

export class OrderQueue {
  readonly #parts: DeskParts;
  readonly #running = new Map<string, Running>();
  readonly #notBefore = new Map<string, number>();
  readonly #bugs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Takes up what no hub has in hand; then keeps looking. */
  start(): void {
    this.look();
  }

  /** Stops in the middle; rows say what is to be done, and another hub or the next start does it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const { abort } of this.#running.values()) abort.abort(new Error("the hub is stopping"));
    await this.#looking;
    await Promise.all([...this.#running.values()].map(({ end }) => end));
    const { orm, hubId } = this.#parts;
    await orm.em
      .fork()
      .nativeUpdate(CloudOrder, { hubId }, { hubId: null })
      .catch(() => undefined);
  }

  /** Looks now; called when an order has its data, or has ended. */
  look(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((error: Error) => {
        this.#parts.log.warn("cloud-order.look-failed", { error: error.name });
      })
      .then(() => {
        clearTimeout(this.#timer);
        if (!this.#stopped) this.#timer = setTimeout(() => this.look(), LOOK_MS);
      });
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    await this.#endCalledOff();
    await this.#completeSingles();
    await this.#takeUp();
    await makeRounds(this.#parts);
  }

  /** Somebody cancelled, or it expired: whoever takes it in stops. */
  async #endCalledOff(): Promise<void> {
    if (this.#running.size === 0) return;
    const ids = [...this.#running.keys()];
    const over = await this.#parts.orm.em
      .fork()
      .find(CloudOrder, { id: { $in: ids }, filesState: { $ne: "complete" } }, { fields: ["id"] });
    for (const { id } of over) this.#running.get(id)?.abort.abort(new Error("the order is over"));
  }

  /** An object store does not tell when a part has arrived, and this hub may have died before it could act on one. */
  async #completeSingles(): Promise<void> {
    const open = { single: true, state: "open" as const };
    const uploads = await this.#parts.orm.em.fork().find(CloudUpload, open, { fields: ["id"], limit: 100 });
    for (const { id } of uploads) {
      await completeSingle(this.#parts, id).catch((error: Error) => {
        this.#parts.log.warn("cloud-upload.not-looked-at", { upload: id, error: error.name });
      });
    }
  }

  async #takeUp(): Promise<void> {
    const { orm, hubId, uploads } = this.#parts;
    await orm.em.fork().execute(
      `update cloud_order set hub_id = ? where id in (
         select id from cloud_order where files_state = 'complete' and hub_id is null
          order by files_at limit ? for update skip locked)`,
      [hubId, Math.max(0, uploads.atOnce - this.#running.size)],
    );
    const mine = await orm.em
      .fork()
      .find(CloudOrder, { hubId, filesState: "complete" }, { orderBy: { filesAt: "asc" } });
    for (const order of mine) {
      const isDue = Date.now() >= (this.#notBefore.get(order.id) ?? 0);
      if (isDue && !this.#running.has(order.id) && this.#running.size < uploads.atOnce) this.#run(order);
    }
  }

  #run(order: CloudOrderRow): void {
    const { id } = order;
    const abort = new AbortController();
    const end = this.#work(order, abort.signal)
      .catch((error: Error) => {
        // the database is away: the row still says what is to be done
        this.#notBefore.set(id, Date.now() + AGAIN_MS);
        this.#parts.log.warn("cloud-order.interrupted", { order: id, error: error.name });
      })
      .finally(() => {
        this.#running.delete(id);
        this.look();
      });
    this.#running.set(id, { abort, end });
  }

  async #work(order: CloudOrderRow, signal: AbortSignal): Promise<void> {
    const { log } = this.#parts;
    const { id } = order;
    log.info("cloud-order.taking-in", { order: id });
    try {
      await takeInOrder(this.#parts, order, signal);
      log.info("cloud-order.taken-in", { order: id });
    } catch (error) {
      if (this.#stopped) return;
      await this.#failed(order, error as Error, signal);
    }
    this.#bugs.delete(id);
    this.#notBefore.delete(id);
    // nothing comes of it any more: what is left of an order that is over may go
    await this.#release(id);
  }

  /** Returns when the order is over; @throws when it is to be tried again */
  async #failed(order: CloudOrderRow, error: Error, signal: AbortSignal): Promise<void> {
    const { orm, log } = this.#parts;
    const { id } = order;
    const now = await orm.em.fork().findOne(CloudOrder, id);
    if (now?.filesState !== "complete" || signal.aborted) return;
    if (error instanceof UploadRefusal) {
      log.info("cloud-order.refused", { order: id, code: error.code });
      return refuseOrder(this.#parts, now, error);
    }
    if (error instanceof TryUploadLater) {
      const { code, message } = error;
      await orm.em.fork().nativeUpdate(CloudOrder, { id, filesState: "complete" }, { code, message });
      throw error;
    }
    const errorId = randomUUID();
    const where = (error.stack ?? "").split("\n").filter((line) => line.trim().startsWith("at "));
    const lines = where.slice(0, 4).map((line) => line.trim());
    log.error("cloud-order.failed", { order: id, errorId, error: error.name, where: lines });
    const bugs = (this.#bugs.get(id) ?? 0) + 1;
    this.#bugs.set(id, bugs);
    if (bugs < MOST_BUGS) throw error;
    const message = `The hub failed on this data set. Tell its operator to look for ${errorId} in the log.`;
    await refuseOrder(this.#parts, now, { code: "upload.bug", message });
  }

  async #release(id: string): Promise<void> {
    const { orm, hubId } = this.#parts;
    const where = { id, hubId, filesState: { $ne: "complete" as const } };
    await orm.em.fork().nativeUpdate(CloudOrder, where, { hubId: null });
  }
}
