// Opens the database, embedded or on a server, and brings its tables up to date.
import { join } from "node:path";
import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { Account, Session } from "./entities/account.ts";
import { HubProcess } from "./entities/hub-process.ts";
import { Instance } from "./entities/instance.ts";
import { JournalEntry } from "./entities/journal-entry.ts";
import { OpenAssociation } from "./entities/open-association.ts";
import { Order } from "./entities/order.ts";
import { Artifact, Result } from "./entities/result.ts";
import { Step } from "./entities/step.ts";
import { Study } from "./entities/study.ts";
import { releaseLostConnections } from "./lost-connections.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");
const MIGRATION_LOCK = 7301;
export const QUEUE_SCHEMA = "pgboss";

export interface Database {
  readonly orm: MikroORM;
  readonly url: string;
  /** Folder of the embedded cluster; undefined on a server. */
  readonly embeddedFolder: string | undefined;
  close(): Promise<void>;
}

/** Connects without changing anything. */
export function connect(url: string): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: url,
    entities: [
      ...[Study, Instance, OpenAssociation, Order, Step, Result, Artifact],
      ...[JournalEntry, Account, Session, HubProcess],
    ],
    extensions: [Migrator],
    pool: { min: 0, max: 16 },
    driverOptions: { onPoolCreated: releaseLostConnections },
    schemaGenerator: { ignoreSchema: [QUEUE_SCHEMA] },
    migrations: {
      path: MIGRATIONS,
      pathTs: MIGRATIONS,
      snapshotName: "snapshot",
      emit: "ts",
      tableName: "hub_migrations",
      silent: true,
    },
  });
}

/** Applies what is missing; of several hubs that start together one does it and the others wait. */
export function migrate(orm: MikroORM): Promise<number> {
  return orm.em.fork().transactional(async (em) => {
    await em.execute(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    const applied = await orm.migrator.up();
    return applied.length;
  });
}

/**
 * Opens the hub's database.
 * @param url a PostgreSQL server (15 or newer); undefined starts the embedded one
 * @param folder data of the embedded one
 */
export async function openDatabase(url: string | undefined, folder: string): Promise<Database> {
  const embedded = url === undefined ? await startEmbeddedPostgres(folder) : undefined;
  const reachable = url ?? embedded?.url ?? "";
  let orm: MikroORM | undefined;
  try {
    orm = await connect(reachable);
    await migrate(orm);
  } catch (error) {
    await orm?.close();
    await embedded?.stop();
    throw error;
  }
  const opened = orm;
  return {
    orm: opened,
    url: reachable,
    embeddedFolder: embedded?.folder,
    close: async () => {
      await opened.close();
      await embedded?.stop();
    },
  };
}
