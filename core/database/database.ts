// Opens the database, embedded or on a server, and brings its tables up to date.
import { join } from "node:path";
import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import type pg from "pg";
import { AdvisoryLock } from "./advisory-locks.ts";
import { databaseProblem } from "./database-problem.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { Account, ApiKey, Session, SiteRole } from "./entities/account.ts";
import { Agent } from "./entities/agent.ts";
import { Chore } from "./entities/chore.ts";
import { CloudAgent, ExternalOrder } from "./entities/cloud.ts";
import { CloudKey, KeyUse } from "./entities/cloud-key.ts";
import { CloudOrder, CloudPart, CloudUpload } from "./entities/cloud-order.ts";
import { DeidentifiedInstance, DeidentifiedStudy, ManifestLink } from "./entities/deidentified-study.ts";
import { DryRun } from "./entities/dry-run.ts";
import { HttpCertificate } from "./entities/http-certificate.ts";
import { HubProcess } from "./entities/hub-process.ts";
import { Instance } from "./entities/instance.ts";
import { JournalEntry } from "./entities/journal-entry.ts";
import { KeptValue } from "./entities/kept-value.ts";
import { Lane } from "./entities/lane.ts";
import { MetricPoint } from "./entities/metric-point.ts";
import { Notice, NoticeTarget } from "./entities/notice.ts";
import { OpenAssociation } from "./entities/open-association.ts";
import { Order } from "./entities/order.ts";
import { CloudMember, Entitlement, Organisation } from "./entities/organisation.ts";
import { PatientPseudonym, SiteKey, StudyPseudonym } from "./entities/pseudonym.ts";
import { Purge } from "./entities/purge.ts";
import { Receipt } from "./entities/receipt.ts";
import { Artifact, Result } from "./entities/result.ts";
import { SettingsVersion } from "./entities/settings-version.ts";
import { IdpMetadata, SignInAttempt, SsoRequest, UsedAssertion } from "./entities/sign-in.ts";
import { Step } from "./entities/step.ts";
import { Study } from "./entities/study.ts";
import { GroupReport, StudyGroup } from "./entities/study-group.ts";
import { Upload } from "./entities/upload.ts";
import { Withdrawal } from "./entities/withdrawal.ts";
import { releaseLostConnections } from "./lost-connections.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");
export const QUEUE_SCHEMA = "pgboss";

/** Connections that are in use or free, and those who wait for one. */
export interface PoolSight {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface Database {
  readonly orm: MikroORM;
  readonly url: string;
  /** Folder of the embedded cluster; undefined on a server. */
  readonly embeddedFolder: string | undefined;
  readonly pool: () => PoolSight;
  close(): Promise<void>;
}

/** Connects without changing anything. */
export function connect(url: string, seePool: (pool: pg.Pool) => void = () => {}): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: url,
    entities: [
      ...[Study, Instance, OpenAssociation, Order, Step, Result, Artifact, Upload],
      ...[PatientPseudonym, StudyPseudonym, SiteKey, DeidentifiedStudy],
      ...[DeidentifiedInstance, ManifestLink],
      ...[Account, SiteRole, Session, ApiKey, SignInAttempt, SsoRequest, UsedAssertion, IdpMetadata],
      HttpCertificate,
      ...[JournalEntry, HubProcess, Chore, Purge, Lane, Receipt, KeptValue],
      ...[Notice, NoticeTarget, StudyGroup, GroupReport, SettingsVersion],
      ...[Organisation, CloudMember, Entitlement, CloudKey, KeyUse, Agent],
      ...[CloudOrder, CloudUpload, CloudPart],
      ...[Withdrawal, CloudAgent, ExternalOrder, MetricPoint, DryRun],
    ],
    extensions: [Migrator],
    pool: { min: 0, max: 16 },
    driverOptions: {
      onPoolCreated: (pool: pg.Pool) => {
        releaseLostConnections(pool);
        seePool(pool);
      },
    },
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
    await em.execute(`select pg_advisory_xact_lock(${AdvisoryLock.migration})`);
    const applied = await orm.migrator.up();
    return applied.length;
  });
}

/**
 * Opens the hub's database.
 * @param url a PostgreSQL server (15 or newer); undefined starts the embedded one
 * @param folder data of the embedded one
 * @throws DatabaseProblem when the server cannot be used
 */
export async function openDatabase(url: string | undefined, folder: string): Promise<Database> {
  const embedded = url === undefined ? await startEmbeddedPostgres(folder) : undefined;
  const reachable = url ?? embedded?.url ?? "";
  let orm: MikroORM | undefined;
  let pool: pg.Pool | undefined;
  try {
    orm = await connect(reachable, (created) => {
      pool = created;
    });
    await migrate(orm);
  } catch (error) {
    await orm?.close();
    await embedded?.stop();
    throw url === undefined ? error : databaseProblem(error, url);
  }
  const opened = orm;
  return {
    orm: opened,
    url: reachable,
    embeddedFolder: embedded?.folder,
    pool: () => {
      const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pool ?? {};
      return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
    },
    close: async () => {
      await opened.close();
      await embedded?.stop();
    },
  };
}
