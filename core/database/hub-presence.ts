// One connection that shows the others that this hub lives, and carries the notifications between them.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import pg from "pg";
import { Subject } from "rxjs";
import { AdvisoryLock } from "./advisory-locks.ts";

const RECONNECT_MS = 500;
/** When the database was away all hubs lost their locks; the others get this long to be back, too. */
const OTHERS_RETURN_MS = 3000;

/**
 * Holds a session lock for as long as the process lives. PostgreSQL gives it up the moment the connection
 * breaks, even by kill -9, so that the others can tell a dead hub from a slow one without a time-out.
 */
export class HubPresence {
  readonly id = randomUUID();
  /** Payloads of NOTIFY on the channels given to `open`. */
  readonly notifications$ = new Subject<{ channel: string; payload: string }>();
  /** Fires after a lost connection is back: notifications may have been missed. */
  readonly reconnected$ = new Subject<void>();
  readonly #url: string;
  readonly #channels: readonly string[];
  #client: pg.Client | undefined;
  #othersReturnUntil = 0;
  #closed = false;

  private constructor(url: string, channels: readonly string[]) {
    this.#url = url;
    this.#channels = channels;
  }

  static async open(url: string, channels: readonly string[], version: string): Promise<HubPresence> {
    const presence = new HubPresence(url, channels);
    const client = await presence.#connect();
    await client.query(
      `insert into hub_process (id, host, pid, version, flushed_row)
         values ($1, $2, $3, $4, (select coalesce(max(id), 0) from instance))`,
      [presence.id, hostname(), process.pid, version],
    );
    return presence;
  }

  /** Hubs named in rows whose lock nobody holds. */
  async deadAmong(hubIds: readonly string[]): Promise<string[]> {
    const client = this.#client;
    if (client === undefined || Date.now() < this.#othersReturnUntil) return [];
    const dead: string[] = [];
    for (const id of hubIds) {
      if (id === this.id) continue;
      const got = await client.query("select pg_try_advisory_lock($1, hashtext($2)) as free", [
        AdvisoryLock.hubPresence,
        id,
      ]);
      if (!got.rows[0].free) continue;
      await client.query("select pg_advisory_unlock($1, hashtext($2))", [AdvisoryLock.hubPresence, id]);
      dead.push(id);
    }
    return dead;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    await client
      .query("update hub_process set ended_at = now() where id = $1", [this.id])
      .catch(() => undefined);
    await client.end();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, keepAlive: true });
    client.on("error", () => undefined);
    client.on("end", () => void this.#reconnect());
    client.on("notification", ({ channel, payload = "" }) => this.notifications$.next({ channel, payload }));
    await client.connect();
    await client.query("select pg_advisory_lock($1, hashtext($2))", [AdvisoryLock.hubPresence, this.id]);
    for (const channel of this.#channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    this.#client = client;
    return client;
  }

  async #reconnect(): Promise<void> {
    if (this.#closed || this.#client === undefined) return;
    this.#client = undefined;
    while (!this.#closed) {
      try {
        await this.#connect();
        this.#othersReturnUntil = Date.now() + OTHERS_RETURN_MS;
        this.reconnected$.next();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    }
  }
}
