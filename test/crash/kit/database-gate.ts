// Holds a hub in the database: before a delivery begins to act, or after the answer and before it is written down.
import pg from "pg";

/** Key of the advisory lock that those who are held wait for. */
const GATE = 7399;

/** Rows that come to this state wait, in the transaction that writes them. */
export type GatedState = "acting" | "done";

/** What a notice is at the same time. */
const NOTICE_STATES: Readonly<Record<GatedState, string>> = { acting: "sending", done: "sent" };

export class DatabaseGate implements AsyncDisposable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<DatabaseGate> {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`create or replace function wait_at_gate() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end $$`);
    return new DatabaseGate(client);
  }

  async shut(state: GatedState): Promise<void> {
    await this.#client.query(`select pg_advisory_lock(${GATE})`);
    await this.#client.query(`create trigger gate before update on step for each row
      when (new.phase = 'deliver' and new.state = '${state}') execute function wait_at_gate()`);
    await this.#client.query(`create trigger gate before update on notice for each row
      when (new.state = '${NOTICE_STATES[state]}') execute function wait_at_gate()`);
  }

  /** How many transactions wait, at the gate or for a row of somebody who does. */
  async waiting(): Promise<number> {
    const { rows } = await this.#client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]!.n;
  }

  /** Those who waited go on, if they live; a connection whose hub is dead is rolled back. */
  async open(): Promise<void> {
    await this.#client.query(`select pg_advisory_unlock(${GATE})`);
    for (const table of ["step", "notice"])
      await this.#client.query(`drop trigger if exists gate on ${table}`);
  }

  async rows<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.#client.query<T>(text, values)).rows;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.end();
  }
}
