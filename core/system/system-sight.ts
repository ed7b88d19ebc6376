// How this hub is, all in one: what the System page shows and the support bundle holds. Nothing of a patient, no secret.
import type { MikroORM } from "@mikro-orm/postgresql";
import { runtimeType } from "../clouds/heartbeat-content.ts";
import type { PoolSight } from "../database/database.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { FreeSpace } from "../files/free-space.ts";
import type { ListenerSight } from "../http/routes/system-routes.ts";
import type { ConsoleCertificate } from "../http/tls/console-certificate.ts";
import type { TroubleLine } from "../observe/recent-trouble.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { ChoreClock } from "../upkeep/chore-clock.ts";
import { type CertificateLine, certificateLines } from "./certificates.ts";
import type { MachineFacts, MachineLook } from "./machine-facts.ts";
import type { MetricHistory } from "./metric-history.ts";
import { type PluginLine, pluginLines } from "./plugin-lines.ts";
import type { QueueSight, Queues } from "./queues.ts";
import { type ServiceLine, serviceLines } from "./services.ts";

export interface SightParts {
  readonly orm: MikroORM;
  readonly presence: Pick<HubPresence, "id" | "deadAmong">;
  readonly version: string;
  readonly startedAt: Date;
  readonly embeddedDatabase: boolean;
  readonly pool: () => PoolSight;
  readonly space: FreeSpace;
  readonly machine: MachineLook;
  readonly history: MetricHistory;
  readonly queues: Queues;
  readonly registry: PluginRegistry;
  readonly clock: ChoreClock;
  readonly certificate: Pick<ConsoleCertificate, "sight">;
  readonly listeners: () => readonly ListenerSight[];
  readonly paths: () => ReadonlyMap<string, string>;
  readonly trouble: () => readonly TroubleLine[];
}

export interface SystemSight {
  readonly hub: {
    readonly id: string;
    readonly version: string;
    readonly runtime: string;
    readonly node: string;
    readonly startedAt: Date;
  };
  readonly services: readonly ServiceLine[];
  readonly database: DatabaseFacts;
  readonly machine: MachineFacts & { readonly diskDaysLeft: number | null };
  readonly listeners: readonly (Omit<ListenerSight, "certificate"> & { readonly tls: boolean })[];
  readonly certificates: readonly CertificateLine[];
  readonly queues: readonly QueueSight[];
  readonly plugins: readonly PluginLine[];
  /** Hubs of this database that live. */
  readonly hubs: readonly HubLine[];
}

export interface HubLine {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly startedAt: Date;
}

export interface DatabaseFacts extends PoolSight {
  readonly embedded: boolean;
  readonly version: string;
  readonly bytes: number;
  readonly startedAt: Date;
  readonly answersMs: number;
}

/** A chore that should have begun so long ago. */
const OVERDUE_MS = 10 * 60_000;

export class SystemLook {
  readonly #parts: SightParts;

  constructor(parts: SightParts) {
    this.#parts = parts;
  }

  get queues(): Queues {
    return this.#parts.queues;
  }

  get history(): MetricHistory {
    return this.#parts.history;
  }

  async sight(): Promise<SystemSight> {
    const { presence, version, startedAt, machine, space, history, queues, registry, certificate } =
      this.#parts;
    const listeners = this.#parts.listeners();
    const [database, facts, queueSights, daysLeft, plugins, overdue, hubs] = await Promise.all([
      this.#database(),
      machine.look(),
      queues.all(),
      history.daysLeft(space.account.marks.keepFree),
      pluginLines(this.#parts),
      this.#overdueChores(),
      this.#hubs(),
    ]);
    const services = serviceLines({
      startedAt,
      database: { since: database.startedAt, answersMs: database.answersMs },
      overdueChores: overdue,
      disk: space.sight().state,
      plugins: registry.reports(),
      listeners,
      heldQueues: queueSights.filter(({ suspended }) => suspended !== null).map(({ name }) => name),
    });
    return {
      hub: { id: presence.id, version, runtime: runtimeType(), node: process.version, startedAt },
      services,
      database,
      machine: { ...facts, diskDaysLeft: daysLeft },
      listeners: listeners.map(({ certificate: pem, ...one }) => ({ ...one, tls: pem !== undefined })),
      certificates: certificateLines(certificate.sight(), listeners),
      queues: queueSights,
      plugins,
      hubs,
    };
  }

  async #database(): Promise<DatabaseFacts> {
    const { orm, embeddedDatabase, pool } = this.#parts;
    const began = performance.now();
    const [row] = await orm.em.fork().execute<DatabaseRow[]>(
      `select current_setting('server_version') as version, pg_database_size(current_database())::float as bytes,
              pg_postmaster_start_time() as started`,
    );
    const { version = "", bytes = 0, started = 0 } = row ?? {};
    const answersMs = performance.now() - began;
    return { embedded: embeddedDatabase, version, bytes, startedAt: new Date(started), answersMs, ...pool() };
  }

  async #hubs(): Promise<HubLine[]> {
    const { orm, presence } = this.#parts;
    const rows = await orm.em
      .fork()
      .execute<HubRow[]>(
        "select id, host, version, started_at from hub_process where ended_at is null order by started_at desc limit 50",
      );
    const dead = await presence.deadAmong(rows.map(({ id }) => id));
    const living = rows.filter(({ id }) => !dead.includes(id));
    return living.map(({ started_at, ...hub }) => ({ ...hub, startedAt: new Date(started_at) }));
  }

  async #overdueChores(): Promise<string[]> {
    const sights = await this.#parts.clock.sight();
    const late = Date.now() - OVERDUE_MS;
    return sights
      .filter(({ row }) => row.hubId === null && row.nextRunAt.getTime() < late)
      .map(({ chore }) => chore.name);
  }
}

interface DatabaseRow {
  readonly version: string;
  readonly bytes: number;
  readonly started: string | Date | number;
}

interface HubRow {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly started_at: string | Date;
}
