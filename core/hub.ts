// Puts the hub together: database, ledger, intake, plugins, web; and takes it apart in reverse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ArchiveToken,
  DicomSenderToken,
  IntakeToken,
  type Listener,
  LogToken,
  MailerToken,
  MetricsToken,
  TemplatesToken,
} from "@thalamus/sdk";
import { setBugReporter } from "@thalamus/sdk/host";
import { ensureAdmin } from "./access/accounts.ts";
import { Sessions } from "./access/sessions.ts";
import { AccessJournal } from "./archive/access-journal.ts";
import { ReceivedArchive } from "./archive/archive.ts";
import { Closing } from "./closing.ts";
import { entryName } from "./config/hub-config.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import { openDatabase } from "./database/database.ts";
import { HubPresence } from "./database/hub-presence.ts";
import { createDicomSender } from "./dicom/dicom-sender.ts";
import { incomingFolder, openFileTrees } from "./files/file-trees.ts";
import { FreeSpace } from "./files/free-space.ts";
import { type HttpServer, startHttp } from "./http/http-server.ts";
import type { ListenerSight } from "./http/routes/system-routes.ts";
import { WebMounts } from "./http/web-mounts.ts";
import { EndedAssociations } from "./intake/ended-associations.ts";
import { FlushHorizon } from "./intake/flush-horizon.ts";
import { FolderMarks } from "./intake/folder-marks.ts";
import { DurableIntake } from "./intake/intake.ts";
import { ProductTag } from "./intake/product-tag.ts";
import { QuickArrivals } from "./intake/quick-arrivals.ts";
import { ArrivalRecorder } from "./intake/record-arrivals.ts";
import { RollForward } from "./intake/roll-forward.ts";
import { Stability } from "./intake/stability.ts";
import { StudyGrowth } from "./intake/study-growth.ts";
import { StudyProducts } from "./intake/study-products.ts";
import { UnflushedRows } from "./intake/unflushed-rows.ts";
import { createMailer } from "./mail/mailer.ts";
import { openNotices } from "./notices/open-notices.ts";
import { NOTICE_CHANNEL } from "./notices/record-notice.ts";
import { CHANGE_CHANNEL, changesOf, WAKE_CHANNEL } from "./observe/changes.ts";
import { readDatabase } from "./observe/database-metrics.ts";
import { diskEvents } from "./observe/disk-events.ts";
import { bugReporter, type HubLog, openLog } from "./observe/log.ts";
import { HubMetrics } from "./observe/metrics.ts";
import { readProcess } from "./observe/process-metrics.ts";
import { readDisk, readInfo, readListeners } from "./observe/site-metrics.ts";
import { PluginRegistry } from "./plugins/plugin-registry.ts";
import { openScope, provide, type Service } from "./plugins/plugin-scope.ts";
import { probeDestination } from "./plugins/probe-destination.ts";
import { StepEngine } from "./steps/step-engine.ts";
import { FailureReports } from "./studies/failure-reports.ts";
import { rejectStudy } from "./studies/reject-study.ts";
import { createTemplates } from "./templates/template-service.ts";
import { openUpkeep } from "./upkeep/open-upkeep.ts";
import { UPLOAD_CHANNEL, UploadLocks } from "./uploads/upload-locks.ts";
import { UploadStore } from "./uploads/upload-store.ts";
import { Uploads } from "./uploads/uploads.ts";

export const VERSION = (
  JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { version: string }
).version;

export interface HubOptions {
  /** From THALAMUS_ADMIN_PASSWORD. */
  readonly adminPassword?: string | undefined;
  readonly log?: HubLog;
}

export interface Hub {
  readonly id: string;
  readonly http: HttpServer;
  readonly listeners: ReadonlyMap<string, Listener["address"]>;
  /** Paths of plugins on the HTTP server, by the names of their entries. */
  readonly web: ReadonlyMap<string, string>;
  readonly dataFolder: string;
  readonly databaseFolder: string | undefined;
  /** Set when an admin password was made up; printed once. */
  readonly newPassword: string | undefined;
  stop(): Promise<void>;
}

/** @throws ConfigError or Error; whatever had been started is stopped again */
export async function startHub(loaded: LoadedConfig, options: HubOptions = {}): Promise<Hub> {
  const closing = new Closing();
  try {
    return await start(loaded, options, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function start(loaded: LoadedConfig, options: HubOptions, closing: Closing): Promise<Hub> {
  const { config, dataFolder } = loaded;
  const startedAt = new Date();
  const registry = await PluginRegistry.load(loaded);
  const trees = openFileTrees(dataFolder);
  const log = options.log ?? openLog({ level: config.log.level, folder: join(dataFolder, "logs") });
  closing.add(async () => log.flush());
  setBugReporter(bugReporter(log));

  const metrics = new HubMetrics(config.plugins.map(entryName), log.named("metrics"));
  const stopWatching = readProcess(metrics, startedAt);
  closing.add(async () => stopWatching());

  const database = await openDatabase(loaded.databaseUrl, join(dataFolder, "postgres"));
  closing.add(() => database.close());
  const { orm } = database;
  readDatabase(metrics, orm, () => database.pool());
  const newPassword = await ensureAdmin(orm, options.adminPassword);
  const presence = await HubPresence.open(
    database.url,
    [CHANGE_CHANNEL, WAKE_CHANNEL, UPLOAD_CHANNEL, NOTICE_CHANNEL],
    VERSION,
  );
  closing.add(() => presence.close());

  const { warnFreeMegabytes, keepFreeMegabytes } = config.intake;
  const space = new FreeSpace({
    folder: dataFolder,
    marks: { warnBelow: warnFreeMegabytes * 1_000_000, keepFree: keepFreeMegabytes * 1_000_000 },
    moved: diskEvents(orm, presence.id, log.named("disk")),
  });
  await space.start();
  closing.add(async () => space.stop());

  const engine = await StepEngine.open({
    orm,
    databaseUrl: database.url,
    presence,
    registry,
    plan: { ...config.route, products: registry.products, formats: (name) => registry.formatsOf(name) },
    retry: config.steps,
    trees,
    space: space.account,
    log: log.named("steps"),
    metrics,
  });
  closing.add(() => engine.stop());

  const { route } = engine;
  const hubId = presence.id;
  const products = new StudyProducts(log.named("intake"));
  const { lateInstances, flush: durable, stableAfterSeconds } = config.intake;
  const quick = new QuickArrivals({
    databaseUrl: database.url,
    hubId,
    durable,
    products,
    log: log.named("intake"),
  });
  closing.add(() => quick.close());
  if (!durable) log.warn("intake.flush-off", { risk: "a power cut loses objects that were acknowledged" });
  const growth = new StudyGrowth(orm, log.named("intake"));
  const horizon = new FlushHorizon(async (row) => {
    await orm.em.fork().execute("update hub_process set flushed_row = ? where id = ?", [row, hubId]);
  });
  const marks = new FolderMarks(incomingFolder(trees, hubId));
  const recorder = new ArrivalRecorder({
    orm,
    route,
    hubId,
    quick,
    products,
    growth,
    horizon,
    lateInstances,
  });
  const ended = new EndedAssociations(orm, log.named("intake"));
  closing.add(async () => ended.stop());
  const unflushed = new UnflushedRows({ orm, trees, log: log.named("intake") });
  const { productTag: tagSettings } = config.route;
  const productTag = tagSettings && new ProductTag(tagSettings, registry.products.keys());
  const intake = new DurableIntake({
    hubId,
    trees,
    space: space.account,
    durable,
    recorder,
    ended,
    growth,
    marks,
    horizon,
    unflushed,
    productTag,
    metrics,
  });
  readInfo(metrics, hubId, VERSION);
  readDisk(metrics, space);
  closing.add(() => intake.drain());

  const access = new AccessJournal(orm, log.named("archive"));
  closing.add(() => access.stop());
  const archive = new ReceivedArchive({ orm, trees, access });
  const sender = createDicomSender();
  const mailer = createMailer();
  closing.add(async () => mailer.close());
  const templates = createTemplates();
  const services = [
    provide(LogToken, (plugin) => log.named(plugin)),
    provide(IntakeToken, () => intake),
    provide(MetricsToken, () => metrics),
    provide(DicomSenderToken, () => sender),
    provide(MailerToken, () => mailer),
    provide(ArchiveToken, () => archive),
    provide(TemplatesToken, () => templates),
  ];
  const notices = await openNotices({
    ...{ orm, registry, services, presence, dataFolder, log: log.named("notices") },
    settings: config.alerts,
    timeZone: config.upkeep.timeZone,
  });
  closing.add(() => notices.stop());
  const endAssociation = (id: string) => ended.end(id);
  const rollForward = new RollForward({
    orm,
    trees,
    marks,
    commit: intake.commit,
    horizon,
    endAssociation,
    log: log.named("intake"),
    productTag,
  });
  await engine.start(services, rollForward, unflushed);
  const failures = new FailureReports({
    orm,
    trees,
    route,
    changes$: changesOf(presence),
    log: log.named("steps"),
  });
  failures.start();
  closing.add(() => failures.stop());
  const stability = new Stability({ orm, route, log: log.named("intake"), stableAfterSeconds, metrics });
  stability.start();
  closing.add(() => stability.stop());
  const uploads = new Uploads({
    ...{ orm, intake, route, hubId, space, metrics, settings: config.uploads },
    store: new UploadStore(orm),
    folder: trees.uploads,
    products: [...registry.products.keys()].toSorted(),
    log: log.named("uploads"),
  });
  const locks = new UploadLocks(database.url, presence);
  closing.add(() => locks.close());
  uploads.queue.start();
  closing.add(() => uploads.queue.stop());
  const upkeep = await openUpkeep({
    ...{ orm, presence, trees, marks, dataFolder },
    settings: config.upkeep,
    log: log.named("upkeep"),
  });
  closing.add(() => upkeep.clock.stop());
  const listeners = await startListeners(registry, services, closing);
  readListeners(metrics, listeners);
  const web = await startWeb(registry, services, closing);

  const http = await startHttp({
    ...config.http,
    orm,
    trees,
    space,
    version: VERSION,
    startedAt,
    name: config.name,
    embeddedDatabase: database.embeddedFolder !== undefined,
    plugins: () => registry.reports(),
    uploads,
    upkeep,
    locks,
    forceStable: (id, actor) => stability.force(id, actor),
    probeDestination: (name, signal) => probeDestination(registry, services, name, signal),
    rejectStudy: (rejection) => rejectStudy(orm, route, rejection),
    listeners: () => [...listeners].map(([name, listener]) => sightOf(name, listener)),
    sessions: new Sessions(orm),
    changes$: changesOf(presence),
    gap$: presence.reconnected$,
    log: log.named("http"),
    metricsSource: metrics,
    web,
  });
  closing.add(() => http.stop());
  // first of all, so that uploads in hand can still be answered
  closing.add(() => web.stop());
  return {
    id: hubId,
    http,
    listeners: new Map([...listeners].map(([name, { address }]) => [name, address])),
    web: new Map(web.all().map(({ name, service }) => [name, service.path])),
    dataFolder,
    databaseFolder: database.embeddedFolder,
    newPassword,
    stop: () => closing.run(),
  };
}

/** Listeners come last, so that nothing arrives before it can be worked on. */
async function startListeners(
  registry: PluginRegistry,
  services: readonly Service[],
  closing: Closing,
): Promise<Map<string, Listener>> {
  const listeners = new Map<string, Listener>();
  for (const { name, plugin, settings, optional } of registry.ofKind("intake")) {
    try {
      const listener = await plugin.start(openScope(name, plugin.needs, settings, services) as never);
      listeners.set(name, listener);
      closing.add(() => listener.stop());
    } catch (error) {
      if (!optional) throw error;
      registry.disable(name, (error as Error).message);
    }
  }
  return listeners;
}

/** Plugins on the hub's own server; they run before it listens. */
async function startWeb(
  registry: PluginRegistry,
  services: readonly Service[],
  closing: Closing,
): Promise<WebMounts> {
  const mounts = new WebMounts();
  closing.add(() => mounts.stop());
  for (const { name, plugin, settings, optional } of registry.ofKind("web")) {
    try {
      const service = await plugin.start(openScope(name, plugin.needs, settings, services) as never);
      try {
        mounts.add(name, service);
      } catch (error) {
        await service.stop();
        throw error;
      }
    } catch (error) {
      if (!optional) throw error;
      registry.disable(name, (error as Error).message);
    }
  }
  return mounts;
}

function sightOf(name: string, listener: Listener): ListenerSight {
  const health = listener.health?.();
  const certificate = listener.certificate?.();
  return {
    name,
    ...listener.address,
    ...(health ? { health } : {}),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
