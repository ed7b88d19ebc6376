// One writer for each upload, over all hubs that share the folder: the lock is a session lock in PostgreSQL.
import type { Lock, Locker } from "@tus/server";
import pg from "pg";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import { TransferRefusal } from "./transfer-refusal.ts";

/** Channel of NOTIFY that asks whoever writes an upload to stop: its sender has come back. */
export const UPLOAD_CHANNEL = "thalamus_upload";
const ASK_AGAIN_MS = 100;
/** Longer than a writer may take to put away what it has in hand. */
const PATIENCE_MS = 10_000;

type Release = () => void | Promise<void>;

/**
 * A broken transfer is resumed with a request that finds the old one still waiting for bytes, here or on another
 * hub. That one is asked to let go. A session lock does not exclude the session that holds it, so writers on this
 * hub are told apart by a map.
 */
export class UploadLocks implements Locker {
  readonly #databaseUrl: string;
  readonly #held = new Map<string, Release>();
  readonly #listening: { unsubscribe(): void };
  #client: Promise<pg.Client> | undefined;

  constructor(databaseUrl: string, presence: Pick<HubPresence, "notifications$">) {
    this.#databaseUrl = databaseUrl;
    this.#listening = presence.notifications$.subscribe(({ channel, payload }) => {
      if (channel === UPLOAD_CHANNEL) void this.#held.get(payload)?.();
    });
  }

  newLock(id: string): Lock {
    return {
      lock: (signal, requestRelease) => this.#take(id, signal, requestRelease),
      unlock: () => this.#giveBack(id),
    };
  }

  async close(): Promise<void> {
    this.#listening.unsubscribe();
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  async #take(id: string, signal: AbortSignal, release: Release): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    while (!signal.aborted && Date.now() < until) {
      if (await this.#tryTake(id, release)) return;
      const client = await this.#connected();
      await client.query("select pg_notify($1, $2)", [UPLOAD_CHANNEL, id]);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
    throw new TransferRefusal(423, "upload.busy", "Another transfer of this upload still runs. Try again.");
  }

  async #tryTake(id: string, release: Release): Promise<boolean> {
    if (this.#held.has(id)) return false;
    // before the question, so that two requests of one moment do not both get an answer
    this.#held.set(id, release);
    try {
      const client = await this.#connected();
      const sql = "select pg_try_advisory_lock($1, hashtext($2)) as got";
      const { rows } = await client.query<{ got: boolean }>(sql, [AdvisoryLock.upload, id]);
      if (rows[0]?.got) return true;
    } catch (error) {
      this.#held.delete(id);
      throw error;
    }
    this.#held.delete(id);
    return false;
  }

  async #giveBack(id: string): Promise<void> {
    this.#held.delete(id);
    const client = await this.#connected();
    await client.query("select pg_advisory_unlock($1, hashtext($2))", [AdvisoryLock.upload, id]);
  }

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#databaseUrl, keepAlive: true });
    const lost = () => {
      this.#client = undefined;
      // the locks went with the connection: another hub may write now
      for (const release of this.#held.values()) void release();
    };
    client.on("error", () => undefined);
    client.on("end", lost);
    await client.connect();
    return client;
  }
}
