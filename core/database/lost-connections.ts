// Gives the slots of broken connections back to the pool, which Kysely forgets when a transaction cannot be ended.
import type pg from "pg";

/**
 * Kysely 0.29 keeps a connection whose BEGIN, COMMIT or ROLLBACK failed (kysely-org/kysely issue 1990). Each time
 * the server goes away in the middle of a transaction a slot of the pool is lost, until nobody gets one any more.
 */
export function releaseLostConnections(pool: pg.Pool): void {
  const lent = new WeakSet<pg.PoolClient>();
  pool.on("connect", (client) => {
    client.once("end", () => {
      // whoever hears of the failure and does give it back goes first
      setImmediate(() => {
        if (lent.has(client)) client.release(true);
      });
    });
  });
  pool.on("acquire", (client) => lent.add(client));
  pool.on("release", (_error, client) => lent.delete(client as pg.PoolClient));
}
